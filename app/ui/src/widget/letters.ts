/** A message that the customer wrote and that is not in the conversation yet, and what to do next. */

export type LetterState =
  | "waiting" // its turn comes
  | "sending"
  | "sent" // the server has it, the conversation not yet
  | "offline"
  | "busy"
  | "slow" // too many in a short time
  | "failed";

export interface Letter {
  id: string;
  text: string;
  at: string;
  state: LetterState;
  /** Sent at least once: it may have arrived, so the conversation is read before it goes again. */
  tried: boolean;
  attempts: number;
}

export type Next =
  | { do: "wait"; state: "offline" | "busy" | "slow"; ms: number }
  | { do: "sign_in" }
  | { do: "begin_anew" }
  | { do: "give_up" };

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
const ATTEMPTS = 6; // of a server that answers, and cannot

export function letter(id: string, text: string, at: Date): Letter {
  return { id, text, at: at.toISOString(), state: "waiting", tried: false, attempts: 0 };
}

/** Say what follows from a refusal. `status` is null where there was no answer at all. */
export function nextAfter(status: number | null, retryAfter: number | null, attempts: number): Next {
  const pause = Math.min(FIRST_PAUSE * 2 ** Math.max(attempts - 1, 0), LONGEST_PAUSE);
  if (status === null) return { do: "wait", state: "offline", ms: pause };
  if (status === 401) return { do: "sign_in" };
  if (status === 404 || status === 410) return attempts > 2 ? { do: "give_up" } : { do: "begin_anew" };
  if (status === 429 || status === 503) {
    return { do: "wait", state: status === 429 ? "slow" : "busy", ms: retryAfter ? retryAfter * 1000 : pause };
  }
  if (status >= 500 && attempts < ATTEMPTS) return { do: "wait", state: "busy", ms: pause };
  return { do: "give_up" };
}
