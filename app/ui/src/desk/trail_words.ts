/** The audit trail in words: every row of it, and what it rests on. */
import type { TrailEvent } from "./shapes";
import { eventWords } from "./timeline";

export function trailWords(event: TrailEvent): string {
  const known = eventWords(event);
  if (known) return known;
  const fact = (name: string) => (typeof event.facts[name] === "string" ? event.facts[name] : "");
  switch (event.action) {
    case "reply":
      return event.actor === "ai" ? "The assistant answered" : `${event.actor} replied`;
    case "hold":
      return "The customer wrote while a person had it";
    case "note":
      return `${event.actor} left a note`;
    case "refused":
      return `${event.actor} was refused: ${fact("event")} (${fact("problem")})`;
    case "refund_exception":
      return `${event.actor} asked for a refund exception`;
    case "refund_exception_decided":
      return `${event.actor} answered the refund exception: ${fact("status")}`;
    default:
      return `${event.actor}: ${event.action}`;
  }
}
