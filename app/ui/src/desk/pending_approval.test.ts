import { expect, it } from "vitest";

import { pendingApproval } from "./pending_approval";
import type { TrailEvent } from "./shapes";

const asked: TrailEvent = { at: "", actor: "ines", action: "refund_exception", facts: { order: "FH-1", amount: "40.00", currency: "EUR" } };
const decided: TrailEvent = { at: "", actor: "omar", action: "refund_exception_decided", facts: { status: "refused" } };

it("waits from the request until it is decided, and again after the next one", () => {
  const waiting = { askedBy: "ines", order: "FH-1", amount: "40.00", currency: "EUR" };
  const reply: TrailEvent = { ...asked, action: "reply" };
  expect(pendingApproval([reply])).toBeNull();
  expect(pendingApproval([asked, reply])).toEqual(waiting);
  expect(pendingApproval([asked, decided])).toBeNull();
  expect(pendingApproval([asked, decided, asked])).toEqual(waiting);
});
