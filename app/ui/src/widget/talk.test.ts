import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { EventName, Settings } from "./contract";
import { Identity } from "./identity";
import { Kept } from "./kept";
import { Talk } from "./talk";
import { FakeServer } from "./fake-server";

const SETTINGS: Settings = { server: "https://server.example", tokenUrl: null, visitors: true, language: "en" };
let server: FakeServer;
let talks: Talk[];
let told: [EventName, unknown][];

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 50 });
  localStorage.clear();
  server = new FakeServer();
  vi.stubGlobal("fetch", server.fetch);
  talks = [];
  told = [];
});

afterEach(() => {
  for (const talk of talks) talk.end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function talk(settings: Partial<Settings> = {}, source: (() => Promise<string | null>) | null = null): Talk {
  const host = { close: () => undefined, tell: (event: EventName, detail: unknown) => void told.push([event, detail]) };
  const begun = new Talk(new Identity({ ...SETTINGS, ...settings }, source, () => undefined), host);
  talks.push(begun);
  return begun;
}

const texts = (of: Talk) => of.standing().said.map(({ text }) => text);
const ready = (of: Talk) => vi.waitFor(() => expect(of.standing().line).toBe("fine"));

test("a message goes out, and its answer comes in", async () => {
  const chat = talk();
  await ready(chat);
  chat.write("Hello");
  await vi.waitFor(() => expect(texts(chat)).toEqual(["Hello", "Answer to Hello"]));
  expect(chat.standing().letters).toEqual([]);
  expect(new Kept(SETTINGS.server, null).letters()).toEqual([]);
});

test("an answer to a message that was lost on the way: it is not sent twice", async () => {
  const chat = talk();
  await ready(chat);
  server.next("carried out, and no answer");
  chat.write("Hello");
  await vi.waitFor(() => expect(texts(chat)).toEqual(["Hello", "Answer to Hello"]), 5000);
  expect(server.runs).toHaveLength(1);
});

test("a message that was lost goes out again with the same id, also after the page was loaded anew", async () => {
  const chat = talk();
  await ready(chat);
  server.next("unreachable", 3);
  chat.write("Hello");
  await vi.waitFor(() => expect(chat.standing().letters[0]?.state).toBe("offline"));
  const id = chat.standing().letters[0]?.id;
  chat.end();
  server.next("unreachable", 0);
  const later = talk();
  await vi.waitFor(() => expect(texts(later)).toEqual(["Hello", "Answer to Hello"]), 5000);
  expect(server.runs.map((run) => run.id)).toEqual([id]);
});

test("a run that goes silent: its message goes out again under its id, after a minute", async () => {
  const chat = talk();
  await ready(chat);
  server.next("taken, and silent");
  chat.write("Hello");
  await vi.waitFor(() => expect(chat.standing().letters[0]?.state).toBe("sent"));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(server.runs).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5000);
  await vi.waitFor(() => expect(texts(chat)).toEqual(["Hello", "Answer to Hello"]), 5000);
  expect(new Set(server.runs.map((run) => run.id)).size).toBe(1);
  expect(server.runs).toHaveLength(2);
});

test("two messages go out in their order, the second without waiting for the first one's answer", async () => {
  const chat = talk();
  await ready(chat);
  server.holdAnswers();
  chat.write("One");
  chat.write("Two");
  await vi.waitFor(() => expect(server.runs.map((run) => run.text)).toEqual(["One", "Two"]));
  server.release();
  await vi.waitFor(() => expect(chat.standing().letters).toEqual([]), 5000);
});

test("busy: it says so, and sends it when the server said", async () => {
  const chat = talk();
  await ready(chat);
  server.next("busy");
  chat.write("Hello");
  await vi.waitFor(() => expect(chat.standing().letters[0]?.state).toBe("busy"));
  await vi.waitFor(() => expect(texts(chat)).toEqual(["Hello", "Answer to Hello"]), 5000);
});

test("a thread that is gone: a new conversation, and the text goes there", async () => {
  const chat = talk();
  await ready(chat);
  chat.write("Hello");
  await vi.waitFor(() => expect(texts(chat)).toHaveLength(2));
  server.forgetThreads();
  chat.write("Still there?");
  await vi.waitFor(() => expect(texts(chat)).toEqual(["Still there?", "Answer to Still there?"]), 5000);
});

test("a token that was refused is asked for again, once", async () => {
  const source = vi.fn(() => Promise.resolve(`token-${source.mock.calls.length}`));
  server.refuse = (token) => token === "token-1";
  const chat = talk({}, source);
  await ready(chat);
  chat.write("Hello");
  await vi.waitFor(() => expect(texts(chat)).toHaveLength(2), 5000);
  expect(source).toHaveBeenCalledTimes(2);
});

test("nobody signed in, and visitors are not wanted: please sign in", async () => {
  const chat = talk({ visitors: false });
  await vi.waitFor(() => expect(chat.standing().line).toBe("sign_in"));
  expect(server.visitors).toBe(0);
});

test("no visitor is made of somebody who only looks", async () => {
  const chat = talk();
  await ready(chat);
  chat.shown(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(server.visitors).toBe(0);
});

test("what a person writes is heard, counted, and seen when the window is opened", async () => {
  const chat = talk();
  await ready(chat);
  chat.write("Hello");
  await vi.waitFor(() => expect(texts(chat)).toHaveLength(2));
  chat.shown(true);
  chat.shown(false);
  server.say({ id: "h1", type: "ai", name: "Ines", content: "Ines here", additional_kwargs: { handrail: { author: "human" } } });
  await vi.waitFor(() => expect(texts(chat)).toContain("Ines here"), 5000);
  expect(told).toContainEqual(["unread", { count: 1 }]);
  expect(told).toContainEqual(["message", { id: "h1", author: "human", name: "Ines" }]);
  chat.shown(true);
  expect(told.at(-1)).toEqual(["unread", { count: 0 }]);
});

test("the first message is enough to hear what a person says next", async () => {
  const chat = talk();
  await ready(chat);
  chat.write("Could I talk to a person?");
  await vi.waitFor(() => expect(server.listeners).toBe(1));
});

test("a visitor whose token is refused is a new visitor, and what they wrote goes out", async () => {
  const chat = talk();
  await ready(chat);
  chat.write("Hello");
  await vi.waitFor(() => expect(texts(chat)).toHaveLength(2));
  chat.end();
  server.refuse = () => server.visitors < 2;
  server.forgetThreads();
  const later = talk();
  await ready(later);
  later.write("Again");
  await vi.waitFor(() => expect(texts(later)).toEqual(["Again", "Answer to Again"]), 5000);
  expect(server.visitors).toBe(2);
});

test("a token of somebody else is a switch, not a renewal", async () => {
  const token = (sub: string) => `x.${btoa(JSON.stringify({ sub }))}.y`;
  const source = vi.fn().mockResolvedValueOnce(token("ana")).mockResolvedValue(token("ben"));
  const onSwitch = vi.fn();
  const identity = new Identity(SETTINGS, source, onSwitch);
  expect(await identity.who()).toEqual({ kind: "customer", id: "ana" });
  server.refuse = (sent) => sent === token("ana");
  await identity.api.call("/handrail/me");
  expect(onSwitch).toHaveBeenCalledOnce();
});

test("somebody who signs in after they were asked to goes on where they opened the window", async () => {
  let token: string | null = null;
  const chat = talk({ visitors: false }, () => Promise.resolve(token));
  await vi.waitFor(() => expect(chat.standing().line).toBe("sign_in"));
  token = "token";
  chat.shown(true);
  await ready(chat);
});

test("signing out leaves nothing of a customer in the browser, and a visitor's things alone", () => {
  for (const customer of ["ana", "ben", null]) new Kept(SETTINGS.server, customer).change({ thread: "t" });
  Kept.forgetCustomers(SETTINGS.server);
  expect(Object.keys(localStorage)).toEqual([`handrail:${SETTINGS.server}:visitor:place`]);
});
