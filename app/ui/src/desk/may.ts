/** Which acts the server would accept from an agent now: what is refused is not offered. Pure. */
import type { Kind, Standing } from "./shapes";

export type Hold = "nobody" | "me" | "another" | "over";

/** Return who has a conversation, seen by the one who looks at it. */
export function heldBy({ status, owner }: Pick<Standing, "status" | "owner">, me: string): Hold {
  if (status === "open") return "nobody";
  if (status === "claimed") return owner === me ? "me" : "another";
  return "over";
}

const ACTS: Record<Hold, readonly Kind[]> = {
  nobody: ["claim", "note", "transfer"],
  me: ["reply", "note", "transfer", "hand-back", "resolve", "abandon", "mark", "refund-exception", "approval"],
  another: ["note", "transfer", "mark", "approval"],
  over: ["mark"],
};

export function may(hold: Hold, kind: Kind): boolean {
  return ACTS[hold].includes(kind);
}
