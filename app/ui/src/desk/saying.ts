/** Moments, languages and customers as an agent reads them. */
import { MINUTE } from "./sla";
import type { Standing } from "./shapes";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** Return a moment: the time today, with the day where it was another one. */
export function moment(at: string, now: number): string {
  const then = new Date(at);
  return then.toDateString() === new Date(now).toDateString() ? clock.format(then) : day.format(then);
}

export function wholeMoment(at: string): string {
  return full.format(new Date(at));
}

/** Return how long ago something was, for a list. */
export function ago(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / MINUTE);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} d ago`;
}

export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

export function customerName({ customer_id }: Pick<Standing, "customer_id">): string {
  return customer_id ?? "Visitor";
}

/** Return the first words of the customer: a summary begins with the reasons, which stand apart. */
export function firstWords({ summary }: Pick<Standing, "summary">): string {
  const at = summary.indexOf(": ");
  return at < 0 ? summary : summary.slice(at + 2);
}
