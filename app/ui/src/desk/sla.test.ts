import { describe, expect, it } from "vitest";

import { duration, slaOf } from "./sla";

const DUE = "2026-03-02T10:15:00+00:00";
const due = Date.parse(DUE);
const second = 1000;
const minute = 60 * second;
const unanswered = { due_at: DUE, replied_at: null, waiting_since: DUE, closed_at: null };

describe("the time left until a first reply is due", () => {
  it.each([
    [due - 16 * minute, "16 min left", "calm"],
    [due - 15 * minute - 1, "15 min left", "calm"],
    [due - 15 * minute, "15 min left", "soon"],
    [due - minute, "1 min left", "soon"],
    [due - minute + 1, "under 1 min left", "soon"],
    [due, "Due now", "soon"],
    [due + 1, "Overdue by under 1 min", "late"],
    [due + minute - 1, "Overdue by under 1 min", "late"],
    [due + minute, "Overdue by 1 min", "late"],
  ])("at %i", (now, words, tone) => {
    expect(slaOf(unanswered, now)).toEqual({ words, tone });
  });

  it("is over with the first reply; then the customer's next wait counts", () => {
    const replied = { ...unanswered, replied_at: DUE };
    const later = due + 59 * minute;
    expect(slaOf({ ...replied, waiting_since: null }, later)).toEqual({ words: "Answered", tone: "calm" });
    expect(slaOf(replied, later)).toEqual({ words: "Waits again for 59 min", tone: "calm" });
    expect(slaOf(replied, later + minute)).toEqual({ words: "Waits again for 1 h", tone: "soon" });
  });

  it("is not counted for what is over", () => {
    expect(slaOf({ ...unanswered, closed_at: DUE }, due + minute)).toBeNull();
  });
});

describe("a time span", () => {
  it.each([
    [59 * minute + 59 * second, "59 min"],
    [60 * minute, "1 h"],
    [61 * minute, "1 h 1 min"],
    [24 * 60 * minute - 1, "23 h 59 min"],
    [24 * 60 * minute, "1 d"],
    [49 * 60 * minute, "2 d 1 h"],
  ])("of %i ms", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
