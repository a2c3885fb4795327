import { beforeEach, expect, it } from "vitest";

import { Drafts } from "./drafts";

const DAY = 86_400_000;
beforeEach(() => localStorage.clear());

it("keeps a text for its handoff, its box and its agent", () => {
  const ines = new Drafts(localStorage, "ines");
  ines.keep("h-1", "reply", "Dear Ana");
  ines.keep("h-1", "note", "ask the warehouse");
  const reloaded = new Drafts(localStorage, "ines");
  expect(reloaded.read("h-1", "reply")).toBe("Dear Ana");
  expect(reloaded.read("h-1", "note")).toBe("ask the warehouse");
  expect(reloaded.read("h-2", "reply")).toBe("");
  expect(new Drafts(localStorage, "omar").read("h-1", "reply")).toBe("");
});

it("forgets what was emptied, and what nobody touched for two weeks", () => {
  let now = 0;
  const drafts = new Drafts(localStorage, "ines", () => now);
  drafts.keep("h-1", "reply", "old");
  now = DAY;
  drafts.keep("h-2", "reply", "newer");
  drafts.keep("h-3", "reply", "sent");
  drafts.keep("h-3", "reply", "");
  localStorage.setItem("another.product", "stays");
  now = 14 * DAY + 1;
  drafts.prune();
  expect(drafts.read("h-1", "reply")).toBe("");
  expect(drafts.read("h-2", "reply")).toBe("newer");
  expect(localStorage.length).toBe(2);
});

it("lets the agent write on where the browser keeps nothing", () => {
  const full = { setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
  expect(() => new Drafts(full as unknown as Storage, "ines").keep("h-1", "reply", "text")).not.toThrow();
});

it("reads damage as nothing", () => {
  localStorage.setItem("handrail.desk.draft.ines.h-1.reply", "{");
  expect(new Drafts(localStorage, "ines").read("h-1", "reply")).toBe("");
});
