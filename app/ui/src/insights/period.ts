/**
 * Which days are looked at. Days are those of UTC, as in `handrail report`, both ends included;
 * they stand in the page's address, so that a bookmark keeps "last 7 days" moving.
 */

export type Preset = "7d" | "28d" | "quarter" | "all";

export const PRESETS: readonly { preset: Preset; name: string }[] = [
  { preset: "7d", name: "Last 7 days" },
  { preset: "28d", name: "Last 28 days" },
  { preset: "quarter", name: "This quarter" },
  { preset: "all", name: "All time" },
];

/** Days as "2026-03-01"; null is an open end. */
export interface Days {
  from: string | null;
  to: string | null;
}

export type Period = { preset: Preset } | { preset: null; days: Days };

export interface View {
  period: Period;
  channel: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Return the day that comes `count` days after another, before it where negative. */
export function daysAfter(from: string, count: number): string {
  const date = new Date(`${from}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return day(date);
}

/** Return the days of a period as of now. */
export function daysOf(period: Period, now: Date): Days {
  if (period.preset === null) return period.days;
  const today = day(now);
  if (period.preset === "all") return { from: null, to: null };
  if (period.preset === "7d") return { from: daysAfter(today, -6), to: today };
  if (period.preset === "28d") return { from: daysAfter(today, -27), to: today };
  const first = Math.floor(now.getUTCMonth() / 3) * 3 + 1;
  return { from: `${today.slice(0, 4)}-${String(first).padStart(2, "0")}-01`, to: today };
}

/** Return why days make no period, null where they do. */
export function fault({ from, to }: Days): string | null {
  return from !== null && to !== null && from > to ? "The first day must not come after the last one." : null;
}

/** Return the query of GET /handrail/insights: its `until` is the first day that no longer counts. */
export function asked({ from, to }: Days, channel: string | null): string {
  const query = new URLSearchParams();
  if (from !== null) query.set("since", from);
  if (to !== null) query.set("until", daysAfter(to, 1));
  if (channel !== null) query.set("channel", channel);
  return query.toString();
}

/** Read what the address says; whatever makes no sense is the last 28 days. */
export function viewIn(search: string): View {
  const query = new URLSearchParams(search);
  const channel = query.get("channel") || null;
  const days = { from: dayIn(query.get("from")), to: dayIn(query.get("to")) };
  if ((days.from !== null || days.to !== null) && fault(days) === null) {
    return { period: { preset: null, days }, channel };
  }
  const named = PRESETS.find(({ preset }) => preset === query.get("period"));
  return { period: { preset: named?.preset ?? "28d" }, channel };
}

/** Write a view for the address. */
export function searchOf({ period, channel }: View): string {
  const query = new URLSearchParams();
  if (period.preset !== null) query.set("period", period.preset);
  else {
    if (period.days.from !== null) query.set("from", period.days.from);
    if (period.days.to !== null) query.set("to", period.days.to);
    if (period.days.from === null && period.days.to === null) query.set("period", "all");
  }
  if (channel !== null) query.set("channel", channel);
  return `?${query.toString()}`;
}

function dayIn(text: string | null): string | null {
  if (text === null || !DAY.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.valueOf()) || day(date) !== text ? null : text;
}
