import { expect, test } from "vitest";

import { nextAfter } from "./letters";

test("where nobody answered, the pauses grow and it is never given up", () => {
  expect([1, 2, 3, 20].map((attempts) => nextAfter(null, null, attempts))).toEqual(
    [1000, 2000, 4000, 30_000].map((ms) => ({ do: "wait", state: "offline", ms })),
  );
});

test.each([[429, "slow"], [503, "busy"]] as const)("%d waits for as long as the server says", (status, state) => {
  expect(nextAfter(status, 7, 1)).toEqual({ do: "wait", state, ms: 7000 });
  expect(nextAfter(status, null, 50).do).toBe("wait");
});

test("a thread that is gone begins anew, and does not go on for ever", () => {
  expect(nextAfter(404, null, 1).do).toBe("begin_anew");
  expect(nextAfter(404, null, 3).do).toBe("give_up");
});

test("what the server will not have is given up, what it could not do is tried some times", () => {
  expect(nextAfter(422, null, 1).do).toBe("give_up");
  expect(nextAfter(401, null, 1).do).toBe("sign_in");
  expect(nextAfter(500, null, 5).do).toBe("wait");
  expect(nextAfter(500, null, 6).do).toBe("give_up");
});
