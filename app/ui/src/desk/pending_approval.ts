/** The refund exception that waits for somebody's answer, by the trail. Pure. */
import type { TrailEvent } from "./shapes";

export interface Approval {
  askedBy: string;
  order: string;
  amount: string;
  currency: string;
}

/** Return the last request, where nothing was decided after it: only one can wait at a time. */
export function pendingApproval(trail: readonly TrailEvent[]): Approval | null {
  const last = trail.findLast(({ action }) => action.startsWith("refund_exception"));
  if (last?.action !== "refund_exception") return null;
  const fact = (name: string) => (typeof last.facts[name] === "string" ? last.facts[name] : "");
  return { askedBy: last.actor, order: fact("order"), amount: fact("amount"), currency: fact("currency") };
}
