import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Api } from "../lib/api";
import { Session } from "../lib/session";
import type { Insights } from "./insights";
import { InsightsPage } from "./page";
import { SOME } from "./sample";

class NoResize {
  observe() {}
  unobserve() {}
  disconnect() {}
}

function answer(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

function open(found: Insights, first: Response = answer(found)) {
  const asked = vi.fn<typeof fetch>(() => Promise.resolve(answer(found))).mockResolvedValueOnce(first);
  vi.stubGlobal("fetch", asked);
  return render(<InsightsPage api={new Api("", new Session(() => Promise.resolve(null)))} />);
}

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", NoResize);
  window.history.replaceState(null, "", "/?period=all");
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("each path stands for itself, and what is withheld says what is missing", async () => {
  open(SOME);
  const group = await screen.findByRole("region", { name: "Satisfaction by path" });
  const cards = within(group).getAllByRole("heading", { level: 3 });
  expect(cards.map((card) => card.textContent)).toEqual(["AI", "Person", "AI, then a person"]);
  expect(within(group).getAllByText("12 of at least 30 ratings").length).toBeGreaterThan(0);
  expect(document.body.textContent).not.toMatch(/\b(total|overall|average)\b/i);
});

test("deflection is withheld with every reason, and shown only where the server gives it", async () => {
  const shown = open(SOME);
  const card = await screen.findByRole("region", { name: "Deflection" });
  const reasons = within(card).getAllByRole("listitem");
  expect(reasons.map((reason) => reason.textContent)).toEqual(SOME.deflection.withheld);
  shown.unmount();
  open({ ...SOME, deflection: { value: 0.42, low: 0.38, high: 0.46, numerator: 210, denominator: 500, withheld: [] } });
  expect(await screen.findByText(/210 of 500 begun/)).toBeTruthy();
});

test("without reviews the risk is withheld and says how to get them", async () => {
  open(SOME);
  const card = await screen.findByRole("region", { name: /Risk and coverage of/ });
  expect(card.textContent).toContain("12 of at least 30 reviewed conversations");
  expect(card.textContent).toContain("handrail audit sample");
});

test("a failure says so and can be tried again", async () => {
  const problem = { type: "urn:handrail:problem:down", title: "", status: 503, detail: "A store cannot be reached." };
  open(SOME, answer(problem, 503));
  expect((await screen.findByRole("alert")).textContent).toContain("A store cannot be reached.");
  screen.getByRole("button", { name: "Try again" }).click();
  await screen.findByRole("region", { name: "Satisfaction by path" });
});

test("days that make no period are told, and nothing is asked for until they do", async () => {
  open(SOME);
  await screen.findByRole("region", { name: "Deflection" });
  const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  type("To", "2026-03-01");
  type("From", "2026-03-02");
  expect(screen.getByRole("alert").textContent).toContain("must not come after");
  expect(screen.queryByRole("region", { name: "Deflection" })).toBeNull();
  type("From", "2026-02-01");
  await screen.findByRole("region", { name: "Deflection" });
  expect(window.location.search).toBe("?from=2026-02-01&to=2026-03-01");
  expect(vi.mocked(fetch).mock.calls.at(-1)?.[0]).toBe("/handrail/insights?since=2026-02-01&until=2026-03-02");
  type("To", "0020-03-01");
  expect(window.location.search, "a year that is still being typed").toBe("?from=2026-02-01&to=2026-03-01");
});

test("axe finds nothing serious", async () => {
  const shown = open(SOME);
  await waitFor(() => screen.getByRole("region", { name: "Deflection" }));
  const found = await axe.run(shown.container, { rules: { "color-contrast": { enabled: false } } });
  const bad = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(bad.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
