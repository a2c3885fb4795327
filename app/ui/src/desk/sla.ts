/** By when a person owes the customer words, as an agent reads it. Pure. */
import type { Standing } from "./shapes";

export type Tone = "calm" | "soon" | "late";
export interface Sla {
  words: string;
  tone: Tone;
}

export const MINUTE = 60_000;
const SOON = 15 * MINUTE;
const LONG_WAIT = 60 * MINUTE; // the server's alarm for a second reply, by default

type Timed = Pick<Standing, "due_at" | "replied_at" | "waiting_since" | "closed_at">;

/** Return how a handoff stands with its first reply, then with the customer's next wait. */
export function slaOf(standing: Timed, now: number): Sla | null {
  if (standing.closed_at !== null) return null;
  if (standing.replied_at !== null) return waiting(standing.waiting_since, now);
  const left = Date.parse(standing.due_at) - now;
  if (left < 0) return { words: `Overdue by ${duration(-left)}`, tone: "late" };
  if (left === 0) return { words: "Due now", tone: "soon" };
  return { words: `${duration(left)} left`, tone: left <= SOON ? "soon" : "calm" };
}

function waiting(since: string | null, now: number): Sla {
  if (since === null) return { words: "Answered", tone: "calm" };
  const waited = Math.max(now - Date.parse(since), 0);
  return { words: `Waits again for ${duration(waited)}`, tone: waited >= LONG_WAIT ? "soon" : "calm" };
}

/** Return a time span in two units at most, rounded down; less than a minute is said so. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return "under 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}
