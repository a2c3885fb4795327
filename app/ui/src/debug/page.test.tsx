import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";

import { Api } from "../lib/api";
import { Session } from "../lib/session";
import { DebugPage } from "./page";

const SERVER = "http://127.0.0.1:2024";
const STEP = { metadata: { source: "loop", step: 0 }, next: [], tasks: [], created_at: "2026-03-02T09:00:00Z" };
const task = (name: string) => ({ id: name, name, error: null, interrupts: [] });
const ANSWERS: Record<string, unknown> = {
  "/assistants/search": [{ assistant_id: "a-1" }],
  "/assistants/a-1/graph": {
    nodes: [{ id: "__start__" }, { id: "intake" }, { id: "reply" }, { id: "__end__" }],
    edges: [
      { source: "__start__", target: "intake" },
      { source: "intake", target: "reply", conditional: true },
      { source: "reply", target: "__end__" },
    ],
  },
  "/threads/search": [
    { thread_id: "t-1", updated_at: "2026-03-02T09:00:00Z", status: "idle", values: { messages: [{ type: "human", content: "Where is it?" }] } },
  ],
  "/threads/t-1/history": [
    { ...STEP, values: { owner: "ai", confidence: 0.91 }, checkpoint: { checkpoint_id: "c" } },
    { ...STEP, values: { owner: "ai" }, next: ["reply"], tasks: [task("reply")], checkpoint: { checkpoint_id: "b" } },
    { ...STEP, values: {}, next: ["intake"], tasks: [task("intake")], checkpoint: { checkpoint_id: "a" } },
    { ...STEP, metadata: { source: "input", step: -1 }, values: {}, next: ["__start__"], tasks: [task("__start__")], checkpoint: { checkpoint_id: "0" } },
  ],
  "/handrail/conversations/t-1/trail": {
    episodes: [
      { episode: 1, items: [{ at: "2026-03-02T09:00:00+00:00", actor: "ai", action: "reply", facts: { confidence: 0.91, signals: { legal: { fired: false, score: 0.02, rule: "head" } } } }] },
    ],
  },
};

function open() {
  vi.stubGlobal(
    "fetch",
    vi.fn<typeof fetch>((input) => {
      const path = (input as string).replace(SERVER, "");
      const known = path in ANSWERS;
      return Promise.resolve(new Response(JSON.stringify(known ? ANSWERS[path] : {}), { status: known ? 200 : 404 }));
    }),
  );
  window.history.replaceState(null, "", "/");
  return render(<DebugPage api={new Api(SERVER, new Session(() => Promise.resolve(null)))} />);
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("a thread that is chosen shows its way through the graph, its steps and its trail", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: /Where is it\?/ }));
  expect(await screen.findByRole("img", { name: "The graph. This turn went through intake, then reply." })).toBeTruthy();
  expect(screen.getByRole("region", { name: "Steps" }).textContent).toContain("confidence");
  expect(screen.getByRole("region", { name: "Episode 1" }).textContent).toContain("confidence 0.910");
  expect(window.location.search).toBe("?thread=t-1");
});

test("a thread that is not there says so, and the others stay at hand", async () => {
  open();
  fireEvent.change(screen.getByLabelText("Thread id"), { target: { value: "t-9" } });
  fireEvent.click(screen.getByRole("button", { name: "Open" }));
  expect((await screen.findByRole("alert")).textContent).toContain("The server answered 404.");
  expect(await screen.findByRole("button", { name: /Where is it\?/ })).toBeTruthy();
});

test("Studio is asked to look at this server, in a tab of its own", () => {
  open();
  const link = screen.getByRole("link", { name: /Open Studio/ });
  expect(link.getAttribute("href")).toBe("https://smith.langchain.com/studio/?baseUrl=http%3A%2F%2F127.0.0.1%3A2024");
  expect([link.getAttribute("target"), link.getAttribute("rel")]).toEqual(["_blank", "noopener noreferrer"]);
});

test("axe finds nothing serious", async () => {
  const { container } = open();
  fireEvent.click(await screen.findByRole("button", { name: /Where is it\?/ }));
  await screen.findByRole("region", { name: "Episode 1" });
  const found = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  const bad = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(bad.map(({ id }) => id)).toEqual([]);
});
