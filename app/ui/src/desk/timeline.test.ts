import { expect, it } from "vitest";

import type { Entry, TrailEvent } from "./shapes";
import { timeline } from "./timeline";

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 2, 10, 0, seconds)).toISOString();
const said = (id: string, role: string, seconds: number | null): Entry => ({ id, role, text: id, at: seconds === null ? null : at(seconds) });
const did = (action: string, actor: string, seconds: number, facts = {}): TrailEvent => ({ action, actor, at: at(seconds), facts });

it("keeps the order of messages and puts notes and acts where their time says", () => {
  const entries = [said("m-1", "customer", 0), said("m-2", "ai", null), said("m-3", "customer", 30), said("m-4", "human", 50)];
  const notes = [{ id: "n-1", by: "omar", text: "regular customer", at: at(40) }];
  const trail = [did("escalate", "ai", 1), did("hold", "ai", 31), did("claim", "ines", 45, { name: "Ines" }), did("reply", "ines", 51), did("resolve", "ines", 60)];
  const shown = timeline(entries, notes, trail).map((item) => (item.type === "event" ? item.words : item.id));
  expect(shown).toEqual(["m-1", "m-2", "The assistant handed this over", "m-3", "n-1", "Ines took it", "m-4", "Ines resolved it"]);
});

it("knows who wrote a person's words by the record of the act beside them, and does not guess", () => {
  const entries = [said("m-1", "human", 10), said("m-2", "human", 40), said("m-3", "customer", 41)];
  const trail = [did("reply", "ines", 11), did("reply", "ai", 40), did("reply", "omar", 46)];
  const by = timeline(entries, [], trail).map((item) => (item.type === "message" ? item.by : item.type));
  expect(by).toEqual(["ines", null, null]);
});
