/** The audit trail in words: every row of it, and what it rests on. */
import type { TrailEvent } from "./shapes";
import { eventWords, type Called } from "./timeline";

export function trailWords(event: TrailEvent, called: Called): string {
  const known = eventWords(event, called);
  const who = called(event.actor);
  if (known) return known;
  const fact = (name: string) => (typeof event.facts[name] === "string" ? event.facts[name] : "");
  switch (event.action) {
    case "reply":
      return event.actor === "ai" ? "The assistant answered" : `${who} replied`;
    case "hold":
      return "The customer wrote while a person had it";
    case "note":
      return `${who} left a note`;
    case "refused":
      return `${who} was refused: ${fact("event")} (${fact("problem")})`;
    case "refund_exception":
      return `${who} asked for a refund exception`;
    case "refund_exception_decided":
      return `${who} answered the refund exception: ${fact("status")}`;
    default:
      return `${who}: ${event.action}`;
  }
}
