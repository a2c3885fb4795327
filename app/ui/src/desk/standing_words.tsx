/** How a handoff stands, in words and small marks. */
import type { Status } from "./shapes";
import type { Sla as Words } from "./sla";

const STATUS: Record<Status, string> = {
  open: "Waiting",
  claimed: "With a person",
  handed_back: "Handed back",
  resolved: "Resolved",
  abandoned: "Customer gone",
};

export function statusWords(status: Status): string {
  return STATUS[status];
}

/** The time that is left, in words; the colour and the mark only say it again. */
export function Sla({ sla }: { sla: Words | null }) {
  if (!sla) return null;
  return (
    <span className="sla" data-tone={sla.tone}>
      {sla.tone !== "calm" && (
        <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.2" /><path d="M8 4.6V8l2.2 1.6" /></svg>
      )}
      {sla.words}
    </span>
  );
}
