import { expect, it } from "vitest";

import { beside, EMPTY, queued, shownIn } from "./queue";
import type { Standing } from "./shapes";

function standing(id: string, more: Partial<Standing> = {}): Standing {
  return { id, due_at: `2026-03-02T10:0${id.at(-1) ?? 0}:00+00:00`, status: "open", owner: null, closed_at: null, ...more } as Standing;
}
const ids = (items: readonly Standing[]) => items.map((item) => item.id);
const listed = (items: Standing[], askedAt: number) => ({ type: "listed", items, whole: true, askedAt }) as const;

it("keeps unchanged rows as they are, takes changed ones, and drops what is gone", () => {
  const before = queued(EMPTY, listed([standing("h-1"), standing("h-2"), standing("h-3")], 1));
  const after = queued(before, listed([standing("h-2", { owner: "omar" }), standing("h-1"), standing("h-0")], 2));
  expect(ids(after.items)).toEqual(["h-0", "h-1", "h-2"]);
  expect(after.items[1]).toBe(before.items[0]);
  expect(after.items[2]?.owner).toBe("omar");
});

it("believes the answer to an act more than a list that was asked for before it", () => {
  const first = queued(EMPTY, listed([standing("h-1"), standing("h-2")], 1));
  const claimed = standing("h-1", { status: "claimed", owner: "ines" });
  const acted = queued(first, { type: "stood", standing: claimed, at: 10 });
  const late = queued(acted, listed([standing("h-1"), standing("h-2")], 9));
  expect(late.items[0]).toEqual(claimed);
  const newer = queued(late, listed([standing("h-1", { owner: "omar" })], 11));
  expect(newer.items[0]?.owner).toBe("omar");
});

it("does not bring back what an act has closed", () => {
  const first = queued(EMPTY, listed([standing("h-1"), standing("h-2")], 1));
  const closed = standing("h-1", { status: "resolved", closed_at: "2026-03-02T10:00:00+00:00" });
  const acted = queued(first, { type: "stood", standing: closed, at: 10 });
  expect(ids(acted.items)).toEqual(["h-2"]);
  expect(ids(queued(acted, listed([standing("h-1"), standing("h-2")], 5)).items)).toEqual(["h-2"]);
});

it("shows in each tab what belongs there", () => {
  const items = [standing("h-1"), standing("h-2", { owner: "ines" }), standing("h-3", { status: "claimed", owner: "ines" }), standing("h-4", { status: "claimed", owner: "omar" }), standing("h-5", { owner: "Ines Roy" })];
  const ines = { id: "ines", name: "Ines Roy" };
  expect(ids(shownIn("waiting", items, ines))).toEqual(["h-1", "h-2", "h-5"]);
  expect(ids(shownIn("mine", items, ines))).toEqual(["h-2", "h-3", "h-5"]);
  expect(ids(shownIn("open", items, ines))).toHaveLength(5);
});

it("moves by one, from the first, and stops at both ends", () => {
  const items = [standing("h-1"), standing("h-2")];
  expect([beside(items, null, 1), beside(items, "h-1", 1), beside(items, "h-2", 1), beside(items, "h-1", -1)]).toEqual(["h-1", "h-2", "h-2", "h-1"]);
  expect(beside([], "h-1", 1)).toBeNull();
});
