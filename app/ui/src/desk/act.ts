/** One act of an agent on its way to the server, and how all of them stand. Pure. */
import type { Bodies, Kind } from "./shapes";

/**
 * waiting: its turn has not come. sending: asked, not answered. retrying: the answer was lost or the
 * server is down, and it goes again with the same key. refused: not carried out, and why.
 */
export type Phase = "waiting" | "sending" | "retrying" | "refused";

export interface Refusal {
  code: string;
  detail: string;
  by: string | null; // who has the conversation instead
}

export type Act = {
  [K in Kind]: { key: string; handoff: string; kind: K; body: Bodies[K]; at: string; phase: Phase; tries: number; refusal: Refusal | null };
}[Kind];

export type Step =
  | { type: "added"; act: Act }
  | { type: "sent"; key: string }
  | { type: "lost"; key: string }
  | { type: "done"; key: string }
  | { type: "refused"; key: string; refusal: Refusal }
  | { type: "again"; key: string }
  | { type: "dropped"; key: string };

export const HELD: Refusal = {
  code: "held",
  detail: "What you did before it was refused, so this was not tried.",
  by: null,
};

export function acted(acts: readonly Act[], step: Step): readonly Act[] {
  switch (step.type) {
    case "added":
      return acts.some((act) => act.key === step.act.key) ? acts : [...acts, step.act];
    case "sent":
      return changed(acts, step.key, (act) => ({ ...act, phase: "sending", tries: act.tries + 1 }));
    case "lost":
      return changed(acts, step.key, (act) => ({ ...act, phase: "retrying" }));
    case "again":
      return changed(acts, step.key, (act) => ({ ...act, phase: "waiting", refusal: null }));
    case "refused":
      return refused(acts, step.key, step.refusal);
    case "done":
    case "dropped":
      return acts.filter((act) => act.key !== step.key);
  }
}

/** Return the act of a handoff whose turn it is: one at a time, in the order they were made. */
export function nextOf(acts: readonly Act[], handoff: string): Act | null {
  return acts.find((act) => act.handoff === handoff && act.phase !== "refused") ?? null;
}

function changed(acts: readonly Act[], key: string, change: (act: Act) => Act): readonly Act[] {
  return acts.map((act) => (act.key === key ? change(act) : act));
}

/** What was to follow a refused act is not tried: nothing is resolved after words that never went. */
function refused(acts: readonly Act[], key: string, refusal: Refusal): readonly Act[] {
  const at = acts.findIndex((act) => act.key === key);
  const handoff = acts[at]?.handoff;
  return acts.map((act, index) => {
    if (index === at) return { ...act, phase: "refused", refusal };
    const follows = index > at && act.handoff === handoff && act.phase !== "refused";
    return follows ? { ...act, phase: "refused", refusal: HELD } : act;
  });
}
