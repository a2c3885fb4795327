import { expect, test } from "vitest";

import { changes, same } from "./diff";

test("what is set, changed and removed is told by key, in the order of names", () => {
  expect(changes({ b: 1, gone: [1] }, { b: 2, a: null })).toEqual([
    { key: "a", kind: "set", after: null },
    { key: "b", kind: "changed", before: 1, after: 2 },
    { key: "gone", kind: "removed", before: [1] },
  ]);
});

test("of a list that grew only what was added is shown", () => {
  expect(changes({ messages: [{ id: 1 }] }, { messages: [{ id: 1 }, { id: 2 }] })).toEqual([
    { key: "messages", kind: "appended", after: [{ id: 2 }] },
  ]);
});

test("a list whose beginning changed is shown whole", () => {
  const [change] = changes({ messages: [1] }, { messages: [2, 3] });
  expect(change).toEqual({ key: "messages", kind: "changed", before: [1], after: [2, 3] });
});

test("inside an object the key says where, one level down", () => {
  const before = { signals: { legal: { fired: false }, vip: { fired: false } } };
  const after = { signals: { legal: { fired: true }, vip: { fired: false } } };
  expect(changes(before, after)).toEqual([
    { key: "signals.legal", kind: "changed", before: { fired: false }, after: { fired: true } },
  ]);
});

test("the order of keys is no change, and a list is no object", () => {
  expect(changes({ a: { x: 1, y: [2] } }, { a: { y: [2], x: 1 } })).toEqual([]);
  expect(same([], {})).toBe(false);
  expect(same({ a: undefined }, { b: undefined })).toBe(false);
});
