/** On which day things were said: what has no time of its own belongs to what follows it. */
import type { Said } from "./said";

export interface Day {
  start: Date;
  said: Said[];
}

export function byDay(said: readonly Said[], now: Date): Day[] {
  const days: Day[] = [];
  let following = now;
  for (const each of [...said].reverse()) {
    const at = each.at ? new Date(each.at) : following;
    following = at;
    const start = new Date(at.getFullYear(), at.getMonth(), at.getDate());
    const day = days.at(-1);
    if (day && day.start.getTime() <= start.getTime()) day.said.push(each);
    else days.push({ start, said: [each] });
  }
  return days.reverse().map((day) => ({ ...day, said: day.said.reverse() }));
}
