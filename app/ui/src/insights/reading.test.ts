import { expect, test } from "vitest";

import { NOTHING_YET, read, type Told } from "./reading";
import { SOME } from "./sample";

const after = (...told: Told[]) => told.reduce(read, NOTHING_YET);

test("what is shown stays while something newer is on its way", () => {
  const state = after(
    { type: "asked", question: "a" },
    { type: "answered", question: "a", found: SOME },
    { type: "asked", question: "b" },
  );
  expect([state.found, state.busy]).toEqual([SOME, true]);
});

test("an answer to an older question is not shown", () => {
  const late: Told = { type: "answered", question: "a", found: SOME };
  const state = after({ type: "asked", question: "a" }, { type: "asked", question: "b" }, late);
  expect([state.found, state.busy]).toEqual([null, true]);
});

test("where a period cannot be read, the figures of another one are not left standing", () => {
  const state = after(
    { type: "asked", question: "a" },
    { type: "answered", question: "a", found: SOME },
    { type: "asked", question: "b" },
    { type: "failed", question: "b", why: "A store cannot be reached." },
  );
  expect([state.found, state.busy, state.failure]).toEqual([null, false, "A store cannot be reached."]);
});
