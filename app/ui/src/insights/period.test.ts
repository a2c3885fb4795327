import { describe, expect, test } from "vitest";

import { asked, daysOf, fault, searchOf, viewIn } from "./period";

const at = (when: string) => new Date(when);

describe("presets", () => {
  test.each([
    ["7d", "2026-03-03T09:00:00Z", "2026-02-25", "2026-03-03"],
    ["7d", "2028-03-03T09:00:00Z", "2028-02-26", "2028-03-03"],
    ["7d", "2027-01-02T00:00:00Z", "2026-12-27", "2027-01-02"],
    ["28d", "2027-01-01T23:59:59Z", "2026-12-05", "2027-01-01"],
    ["quarter", "2026-12-31T23:59:59Z", "2026-10-01", "2026-12-31"],
    ["quarter", "2027-01-01T00:00:00Z", "2027-01-01", "2027-01-01"],
    ["quarter", "2026-03-31T12:00:00Z", "2026-01-01", "2026-03-31"],
    ["quarter", "2026-04-01T12:00:00Z", "2026-04-01", "2026-04-01"],
  ] as const)("%s on %s is %s to %s", (preset, now, from, to) => {
    expect(daysOf({ preset }, at(now))).toEqual({ from, to });
  });

  test("the day is that of UTC, wherever the reader is", () => {
    expect(daysOf({ preset: "7d" }, at("2026-03-01T00:30:00+02:00")).to).toBe("2026-02-28");
  });

  test("all time has no ends", () => {
    expect(daysOf({ preset: "all" }, at("2026-03-03T09:00:00Z"))).toEqual({ from: null, to: null });
  });
});

test.each([
  ["2026-12-31", "2027-01-01"],
  ["2026-02-28", "2026-03-01"],
  ["2028-02-28", "2028-02-29"],
])("the server is asked until the day after %s", (to, until) => {
  expect(asked({ from: "2026-01-01", to }, null)).toBe(`since=2026-01-01&until=${until}`);
});

test("an open end asks for nothing, and a channel is asked for by name", () => {
  expect(asked({ from: null, to: null }, "web & mail")).toBe("channel=web+%26+mail");
});

test("a period of one day is one, and one that runs backwards is not", () => {
  expect(fault({ from: "2026-03-01", to: "2026-03-01" })).toBeNull();
  expect(fault({ from: "2026-03-02", to: "2026-03-01" })).toContain("first day");
});

test.each(["?period=7d", "?period=all&channel=mail", "?from=2026-01-01&to=2026-01-31", "?from=2026-01-01", "?to=2026-01-31"])(
  "the address %s says the same after it was read",
  (search) => {
    expect(searchOf(viewIn(search))).toBe(search);
  },
);

test.each(["", "?period=never", "?from=2026-02-30", "?from=2026-03-02&to=2026-03-01", "?from=yesterday"])(
  "the address %j makes no sense and is the last 28 days",
  (search) => {
    expect(viewIn(search)).toEqual({ period: { preset: "28d" }, channel: null });
  },
);
