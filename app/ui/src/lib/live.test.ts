import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Api } from "./api";
import { type Change, listen } from "./live";
import { Session } from "./session";

const api = new Api("https://support.example", new Session(() => Promise.resolve("token")));
const encoder = new TextEncoder();
let stop: () => void = () => undefined;

/** Answer each connection by the next of these; the last one stays open. */
function serve(...connections: (string[] | "refused" | "lost")[]) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const next = connections[asked.length - 1];
    if (next === "lost") return Promise.reject(new TypeError("lost"));
    if (next === "refused") return Promise.resolve(new Response("", { status: 503 }));
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        for (const piece of next ?? []) stream.enqueue(encoder.encode(piece));
        if (asked.length < connections.length) stream.close();
      },
    });
    return Promise.resolve(new Response(body, { status: 200 }));
  });
  return asked;
}

function hear(thread?: string) {
  const changes: Change[] = [];
  const states: boolean[] = [];
  stop = listen(api, { onChange: (change) => changes.push(change), onState: (state) => states.push(state) }, thread);
  return { changes, states };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const event = (action: string) => `data: {"thread_id": "t", "action": "${action}", "actor": "ines"}\n\n`;

test("events are read across the pieces they come in, and comments are no events", async () => {
  const asked = serve([": listening\n\n", event("claim").slice(0, 20), event("claim").slice(20) + event("reply") + ": ping\r\n\r\n"]);
  const { changes } = hear("a thread");
  await vi.advanceTimersByTimeAsync(50);
  expect(changes.map(({ action }) => action)).toEqual(["claim", "reply"]);
  expect(asked).toEqual(["https://support.example/handrail/live?thread_id=a%20thread"]);
});

test("a stream that the server ends is begun anew, and nothing was lost", async () => {
  serve([event("claim")], [event("reply")]);
  const { changes, states } = hear();
  await vi.advanceTimersByTimeAsync(2000);
  expect(changes.map(({ action }) => action)).toEqual(["claim", "reply"]);
  expect(states).toEqual([true, true]);
});

test("a lost connection is told, and tried again, later each time", async () => {
  const asked = serve("lost", "refused", []);
  const { states } = hear();
  await vi.advanceTimersByTimeAsync(700);
  expect(asked.length).toBe(2);
  await vi.advanceTimersByTimeAsync(1500);
  expect(asked.length).toBe(3);
  expect(states).toEqual([false, false, true]);
});

test("who is online again does not wait", async () => {
  const asked = serve("lost", []);
  hear();
  await vi.advanceTimersByTimeAsync(10);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(10);
  expect(asked.length).toBe(2);
});
