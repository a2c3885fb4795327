import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Api } from "../lib/api";
import { Session } from "../lib/session";
import { Desk } from "./Desk";
import { Door } from "../lib/door";
import { Routes } from "./routes";
import type { Me, Packet, Standing } from "./shapes";

const ME = { id: "ines", name: "Ines", role: "agent" } as Me;
const STANDING: Standing = {
  id: "h-1", key: "t-1:1", thread_id: "t-1", episode: 1, priority: "normal", queue: "care", owner: null, status: "open",
  reasons: [{ reason: "low_confidence", score: null, words: [], rule: "assess" }],
  created_at: "2026-03-02T09:15:00+00:00", due_at: "2999-03-02T10:15:00+00:00", claimed_at: null, replied_at: null,
  waiting_since: "2026-03-02T09:15:00+00:00", unowned_since: null, closed_at: null, false_handoff: null,
  customer_id: "cus_ana", channel: "chat", language: "en", confidence: 0.55, policy_version: "p-1",
  summary: "low_confidence: Where is my money?",
};
const PACKET: Packet = {
  ...STANDING, transcript: { items: [{ id: "m-1", role: "customer", text: "Where is <b>my</b> money?", at: null }], next: null },
  transcript_url: "", notes: [], tool_trace: [], draft: "Within five days.", evidence: { vetoes: ["no_citation"], similarity: 0.4 },
};

let standing: Standing;
let said: [path: string, key: string | null, body: unknown][];
let hear: (change: object) => void;

/** A server with one handoff, which a test may change behind the desk's back. */
function answer(path: string, init: RequestInit): Response {
  if (path.startsWith("/handrail/live")) {
    const text = new TextEncoder();
    return new Response(new ReadableStream({ start: (control) => (hear = (change) => control.enqueue(text.encode(`data: ${JSON.stringify(change)}\n\n`))) }));
  }
  if (init.method === "POST") {
    said.push([path, new Headers(init.headers).get("Idempotency-Key"), JSON.parse((init.body as string | undefined) ?? "null")]);
    if (path.endsWith("/claim")) standing = { ...standing, status: "claimed", owner: "ines" };
    return Response.json({ handoff: standing });
  }
  if (path.endsWith("/trail")) return Response.json({ items: [] });
  if (path.includes("/transcript")) return Response.json({ items: [], next: null });
  if (path === "/handrail/handoffs/h-1") return Response.json({ ...PACKET, ...standing });
  if (path === "/handrail/desk") return Response.json({ queues: [{ name: "care", priority: "normal" }], reasons: ["legal"], confidence: 0.7, policy_version: "p-1" });
  return Response.json({ items: [standing], next: null });
}

beforeEach(async () => {
  standing = STANDING;
  said = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => Promise.resolve(answer(url, init)));
  location.hash = "#h-1";
  const api = new Api("", new Session(() => Promise.resolve("token")));
  render(<Desk routes={new Routes(api)} me={ME} door={new Door()} />);
  await screen.findByText("Where is <b>my</b> money?");
  await screen.findByText("Its confidence of 0.55 is below the line of 0.70.");
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
});

it("claims by a key, takes the draft only when it is asked to, and sends what is written", async () => {
  await waitFor(() => expect(document.title).toBe("(1) Desk"));
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(screen.queryByText("Put into the reply")).toBeNull();
  fireEvent.keyDown(document.body, { key: "c" });
  const field = await screen.findByRole("textbox", { name: "Reply to the customer" });
  expect(field).toHaveProperty("value", "");
  fireEvent.click(screen.getByText("Put into the reply"));
  expect(field).toHaveProperty("value", "Within five days.");
  fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
  await waitFor(() => expect(said).toHaveLength(2));
  expect(said.map(([path, , body]) => [path, body])).toEqual([
    ["/handrail/handoffs/h-1/claim", null],
    ["/handrail/handoffs/h-1/reply", { text: "Within five days." }],
  ]);
  expect(new Set(said.map(([, key]) => key)).size).toBe(2);
  expect(field).toHaveProperty("value", "");
});

it("takes no letter of a sentence for an act, and goes to the field at once", async () => {
  for (const key of "because") fireEvent.keyDown(document.body, { key });
  expect(said).toEqual([]);
  standing = { ...standing, status: "claimed", owner: ME.id };
  act(() => hear({ thread_id: "t-1", action: "claim", actor: ME.id }));
  await screen.findByRole("textbox", { name: "Reply to the customer" });
  for (const key of "rebate") fireEvent.keyDown(document.activeElement ?? document.body, { key });
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Reply to the customer" }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("shows at once that another agent has claimed it, and closes the field", async () => {
  standing = { ...standing, status: "claimed", owner: "omar" };
  act(() => hear({ thread_id: "t-1", action: "claim", actor: "omar" }));
  expect((await screen.findByText(/has this conversation/)).textContent).toBe("omar has this conversation. You can leave a note.");
  expect(screen.queryByRole("button", { name: "Claim" })).toBeNull();
});

it("shows the words of people as words, and says why it is here", () => {
  const talk = within(screen.getByRole("region", { name: "Conversation" }));
  expect(talk.getByText("Where is <b>my</b> money?")).toBeTruthy();
  const why = within(screen.getByRole("region", { name: "Why is this with me?" }));
  expect(why.getByText("Draft by the assistant, not sent")).toBeTruthy();
  expect(why.getByText("Its confidence of 0.55 is below the line of 0.70.")).toBeTruthy();
});

it("has no fault that axe can find", async () => {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
