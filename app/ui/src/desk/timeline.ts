/** What happened in a conversation, in one line of time: words, notes, and who took it. Pure. */
import type { Entry, Note, TrailEvent } from "./shapes";

export type Item =
  | { type: "message"; id: string; at: string | null; entry: Entry; by: string | null }
  | { type: "note"; id: string; at: string; note: Note }
  | { type: "event"; id: string; at: string; words: string };

const NEAR = 5_000; // between a reply's words and the record of it

/** Return all of it, oldest first. Messages keep their order; the rest goes where its time says. */
export function timeline(entries: readonly Entry[], notes: readonly Note[], trail: readonly TrailEvent[]): Item[] {
  const called = namesIn(trail);
  const replies = trail.filter((event) => event.action === "reply" && event.actor !== "ai");
  const messages: Item[] = entries.map((entry) => ({
    type: "message", id: entry.id, at: entry.at, entry, by: entry.role === "human" ? author(entry, replies) : null,
  }));
  const others: Item[] = [
    ...notes.map((note): Item => ({ type: "note", id: note.id, at: note.at, note })),
    ...trail.flatMap((event, index): Item[] => {
      const words = eventWords(event, called);
      return words ? [{ type: "event", id: `trail-${index}`, at: event.at, words }] : [];
    }),
  ].sort((a, b) => time(a) - time(b));
  const items: Item[] = [];
  let next = 0;
  for (const message of messages) {
    while (message.at !== null && next < others.length && time(others[next]) < time(message)) items.push(...others.slice(next, ++next));
    items.push(message);
  }
  return [...items, ...others.slice(next)];
}

/** Return what the line says of an act; null for what the words beside it show already. */
export function eventWords({ action, actor, facts }: TrailEvent, called: Called): string | null {
  const who = called(actor);
  const fact = (name: string) => (typeof facts[name] === "string" && facts[name] ? facts[name] : null);
  switch (action) {
    case "escalate":
      return facts["created"] === false ? null : "The assistant handed this over";
    case "claim":
      return `${who} took it`;
    case "transfer":
      return `${who} passed it on to ${[fact("queue"), fact("owner")].filter((name) => name !== null).map(called).join(", ")}`;
    case "take_back":
      return "The customer went back to the assistant";
    case "hand_back":
      return `${who} gave it back to the assistant`;
    case "resolve":
      return `${who} resolved it`;
    case "abandon":
      return `${who} closed it: the customer has gone`;
    case "mark":
      return `${who} marked that ${facts["false_handoff"] === "True" ? "no person was needed" : "a person was needed"}`;
    default:
      return null;
  }
}

export type Called = (actor: string) => string;

/** Return what agents are called: by their name, where a claim has told it, else by their id. */
export function namesIn(trail: readonly TrailEvent[]): Called {
  const names = new Map<string, string>();
  for (const { action, actor, facts } of trail) {
    if (action === "claim" && typeof facts["name"] === "string") names.set(actor, facts["name"]);
  }
  return (actor) => names.get(actor) ?? actor;
}

function author(entry: Entry, replies: readonly TrailEvent[]): string | null {
  if (entry.at === null) return null;
  const said = Date.parse(entry.at);
  let nearest: TrailEvent | null = null;
  for (const reply of replies) {
    const apart = Math.abs(Date.parse(reply.at) - said);
    if (apart <= NEAR && (!nearest || apart < Math.abs(Date.parse(nearest.at) - said))) nearest = reply;
  }
  return nearest?.actor ?? null;
}

function time(item: Item | undefined): number {
  return item?.at ? Date.parse(item.at) : 0;
}
