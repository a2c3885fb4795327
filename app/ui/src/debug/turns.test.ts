import { expect, test } from "vitest";

import type { Checkpoint, Drawing, Values } from "./server";
import { between, pathOf, turnsOf } from "./turns";

const DRAWING: Drawing = {
  nodes: ["__start__", "intake", "legal", "vip", "triage", "escalate", "__end__"].map((id) => ({ id })),
  edges: [
    ["__start__", "intake"],
    ["intake", "legal"],
    ["intake", "vip"],
    ["legal", "triage"],
    ["vip", "triage"],
    ["triage", "escalate"],
    ["escalate", "__end__"],
  ].map(([source = "", target = ""]) => ({ source, target })),
};

let made = 0;
function checkpoint(source: string, next: string[], values: Values = {}, ms = 10): Checkpoint {
  made += ms;
  return {
    values,
    next,
    tasks: next.map((name) => ({ id: name, name, error: null, interrupts: [] })),
    metadata: { source, step: made },
    created_at: new Date(made).toISOString(),
    checkpoint: { checkpoint_id: `c${made}` },
  };
}

/** One turn as the server keeps it: triage waits for the guards, so that no checkpoint names it. */
function turn(): Checkpoint[] {
  return [
    checkpoint("input", ["__start__"]),
    checkpoint("loop", ["intake"]),
    checkpoint("loop", ["legal", "vip"]),
    checkpoint("loop", []),
    checkpoint("loop", ["escalate"]),
    checkpoint("loop", []),
  ];
}

test("a turn begins with an input, and turns and steps come oldest first", () => {
  const turns = turnsOf([...turn(), ...turn()].reverse(), DRAWING);
  expect(turns.map(({ number, whole, steps }) => [number, whole, steps.length])).toEqual([
    [1, true, 6],
    [2, true, 6],
  ]);
  expect(turns[1]?.steps[0]?.source).toBe("input");
});

test("the nodes of a step are those that the checkpoint before named, or the one the drawing tells", () => {
  const [only] = turnsOf(turn().reverse(), DRAWING);
  expect(only && pathOf(only)).toEqual([["intake"], ["legal", "vip"], ["triage"], ["escalate"]]);
  expect(only?.steps.map(({ inferred }) => inferred)).toEqual([false, false, false, false, true, false]);
});

test("without a drawing nothing is guessed", () => {
  const [only] = turnsOf(turn().reverse(), null);
  expect(only && pathOf(only)).toEqual([["intake"], ["legal", "vip"], ["escalate"]]);
});

test("where two nodes could have run, none is named", () => {
  const two: Drawing = {
    nodes: [...DRAWING.nodes, { id: "other" }],
    edges: [
      ...DRAWING.edges,
      { source: "legal", target: "other" },
      { source: "vip", target: "other" },
      { source: "other", target: "escalate" },
    ],
  };
  expect(between(two, ["legal", "vip"], ["escalate"])).toEqual([]);
  expect(between(DRAWING, ["legal", "vip"], ["escalate"])).toEqual(["triage"]);
});

test("a page that begins in the middle of a turn says so, and its first step has no time", () => {
  const [part, whole] = turnsOf([...turn().slice(3), ...turn()].reverse(), DRAWING);
  expect([part?.whole, part?.steps[0]?.ms, whole?.whole]).toEqual([false, null, true]);
  expect(whole?.steps.map(({ ms }) => ms)).toEqual([10, 10, 10, 10, 10, 10]);
});

test("an act of the desk changes the state against what stood before it", () => {
  const history = [checkpoint("loop", [], { owner: "human" }), checkpoint("input", ["__start__"], { owner: "ai" })];
  const turns = turnsOf(history.reverse(), null);
  expect(turns[1]?.steps[0]?.changes).toEqual([{ key: "owner", kind: "changed", before: "human", after: "ai" }]);
});

test("what failed and what waits for an answer is told of the node that did", () => {
  const failed = checkpoint("loop", ["answer", "approve"]);
  failed.tasks = [
    { id: "1", name: "answer", error: "TimeoutError()", interrupts: [] },
    { id: "2", name: "approve", error: null, interrupts: [{ value: { question: "May I?" } }] },
  ];
  const [step] = turnsOf([failed], null)[0]?.steps ?? [];
  expect(step?.errors).toEqual([{ node: "answer", error: "TimeoutError()" }]);
  expect(step?.interrupts).toEqual([{ node: "approve", value: { question: "May I?" } }]);
});
