import type { Act } from "./act";
import type { Box } from "./drafts";
import type { Outbox } from "./outbox";
import type { Kind } from "./shapes";

const DOING: Record<Kind, string> = {
  claim: "Claiming", reply: "Sending", note: "Saving the note", transfer: "Transferring", "hand-back": "Handing back",
  resolve: "Resolving", abandon: "Closing", mark: "Marking", "refund-exception": "Asking for the refund exception",
  approval: "Answering the refund exception",
};
const NOT_DONE: Record<Kind, string> = {
  claim: "Not claimed", reply: "Not sent", note: "Note not saved", transfer: "Not transferred", "hand-back": "Not handed back",
  resolve: "Not resolved", abandon: "Not closed", mark: "Not marked", "refund-exception": "Refund exception not asked for",
  approval: "Refund exception not answered",
};

interface Props {
  acts: readonly Act[];
  outbox: Outbox;
  onPutBack: (box: Box, text: string) => void;
}

/** What this agent did that the server has not confirmed, with the truth about it. */
export function OnTheirWay({ acts, outbox, onPutBack }: Props) {
  return acts.map((act) => {
    const words = act.kind === "reply" || act.kind === "note" ? { box: act.kind, text: act.body.text } : null;
    const isOpen = act.phase === "retrying" || act.phase === "refused";
    return (
      <li key={act.key} className={words ? `said human ${act.kind}` : "happened"} data-phase={act.phase}>
        {words && <p className="words plain" dir="auto">{words.text}</p>}
        <div className="phase" role={isOpen ? "alert" : "status"}>
          <span>{phaseWords(act)}</span>
          {act.phase === "retrying" && <button onClick={() => outbox.wake()}>Try now</button>}
          {act.phase === "refused" && <button onClick={() => outbox.again(act)}>Try again</button>}
          {isOpen && words && (
            <button
              title={act.phase === "retrying" ? "It may have arrived all the same: look at the conversation first." : undefined}
              onClick={() => {
                outbox.drop(act);
                onPutBack(words.box, words.text);
              }}
            >
              {act.phase === "retrying" ? "Stop and edit" : "Back into the field"}
            </button>
          )}
          {isOpen && !words && <button onClick={() => outbox.drop(act)}>{act.phase === "refused" ? "Dismiss" : "Give up"}</button>}
        </div>
      </li>
    );
  });
}

function phaseWords({ kind, phase, refusal }: Act): string {
  switch (phase) {
    case "waiting":
      return `${DOING[kind]}, after what comes before`;
    case "sending":
      return DOING[kind];
    case "retrying":
      return `${DOING[kind]} is not confirmed yet, trying again`;
    case "refused":
      return refusal?.by ? `${NOT_DONE[kind]}: ${refusal.by} has this conversation.` : `${NOT_DONE[kind]}: ${refusal?.detail ?? "it was refused."}`;
  }
}
