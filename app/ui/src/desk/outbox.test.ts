import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Problem, Unreachable } from "../lib/api";
import type { Act, Refusal } from "./act";
import { Outbox, pauseAfter } from "./outbox";
import type { Standing } from "./shapes";

const standing = { id: "h-1" } as Standing;
const problem = (status: number, code: string, more = {}, retryAfter: number | null = null) =>
  new Problem(status, { type: `urn:handrail:problem:${code}`, title: code, status, detail: code, ...more }, retryAfter);

/** An outbox whose server gives these answers, one for each call. */
function playing(answers: (Standing | Error)[]) {
  const calls: string[] = [];
  const refusals: [string, Refusal][] = [];
  let made = 0;
  const outbox = new Outbox(
    "ines",
    {
      send: (act: Act) => {
        calls.push(`${act.kind}:${act.key}`);
        const answer = answers.shift();
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? standing);
      },
      onDone: () => Promise.resolve(),
      onRefused: (act, refusal) => refusals.push([act.kind, refusal]),
    },
    sessionStorage,
    () => `k-${++made}`,
  );
  return { outbox, calls, refusals, acts: () => outbox.acts.get() };
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

it("sends a lost act again with the same key, and what follows only then", async () => {
  const { outbox, calls, acts } = playing([new Unreachable("gone"), problem(503, "down"), standing, standing]);
  outbox.add("h-1", "reply", { text: "first" });
  outbox.add("h-1", "reply", { text: "second" });
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(["reply:k-1"]);
  expect(acts().map((act) => act.phase)).toEqual(["retrying", "waiting"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toEqual(["reply:k-1", "reply:k-1", "reply:k-1", "reply:k-2"]);
  expect(acts()).toEqual([]);
});

it("ends with a 409, says who has it, and does not try what was to follow", async () => {
  const { outbox, calls, refusals, acts } = playing([problem(409, "claimed", { claimed_by: "omar" })]);
  outbox.add("h-1", "reply", { text: "hello" });
  outbox.add("h-1", "resolve", {});
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toEqual(["reply:k-1"]);
  expect(refusals).toEqual([["reply", { code: "claimed", detail: "claimed", by: "omar" }]]);
  expect(acts().map((act) => [act.phase, act.refusal?.code])).toEqual([["refused", "claimed"], ["refused", "held"]]);
});

it("keeps handoffs apart: one that waits does not hold up another", async () => {
  const { outbox, calls } = playing([new Unreachable("gone"), standing]);
  outbox.add("h-1", "claim", null);
  outbox.add("h-2", "claim", null);
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(["claim:k-1", "claim:k-2"]);
});

it("goes on after a reload with the same keys, in the same order", async () => {
  const before = playing([new Unreachable("gone")]);
  before.outbox.add("h-1", "reply", { text: "mid-sentence" });
  before.outbox.add("h-1", "note", { text: "and this" });
  await vi.advanceTimersByTimeAsync(0);
  const after = playing([]);
  const stop = after.outbox.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(after.calls).toEqual(["reply:k-1", "note:k-2"]);
  expect(sessionStorage.length).toBe(0);
  stop();
});

it("leaves everything to the next one when it is stopped", async () => {
  const first = playing([new Unreachable("gone")]);
  const stop = first.outbox.start();
  first.outbox.add("h-1", "reply", { text: "kept" });
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(first.calls).toEqual(["reply:k-1"]);
  const next = playing([]);
  const end = next.outbox.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(next.calls).toEqual(["reply:k-1"]);
  end();
});

it("goes at once when the browser is online again", async () => {
  const { outbox, calls } = playing([problem(503, "down", {}, 600), standing]);
  const stop = outbox.start();
  outbox.add("h-1", "claim", null);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(calls).toHaveLength(1);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(["claim:k-1", "claim:k-1"]);
  stop();
});

it("tries a refused act again by its own key, and forgets one that was given up", async () => {
  const { outbox, calls, acts } = playing([problem(409, "claim_first"), standing]);
  outbox.add("h-1", "reply", { text: "hello" });
  await vi.advanceTimersByTimeAsync(0);
  const [refused] = acts();
  if (!refused) throw new Error("the refused act is gone");
  outbox.again(refused);
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(["reply:k-1", "reply:k-1"]);
  expect(acts()).toEqual([]);
});

it("waits longer each time, and as long as the server asks for", () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  expect([0, 1, 4, 5, 9].map((tries) => pauseAfter(tries, null))).toEqual([1000, 2000, 16_000, 30_000, 30_000]);
  expect(pauseAfter(0, 60)).toBe(60_000);
});
