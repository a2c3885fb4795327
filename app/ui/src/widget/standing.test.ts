import { expect, test } from "vitest";

import { letter } from "./letters";
import { asksForRating, type Change, changed, EMPTY, hasJoined, isThinking, noteOf, type Standing, unreadIn, type View } from "./standing";

const human = (id: string) => ({ id, type: "human", content: id });
const ai = (id: string) => ({ id, type: "ai", content: id, additional_kwargs: { handrail: { author: "ai" } } });
const VIEW: View = {
  episode: 1, stage: "closed", person: null, ahead: null, people_are_here: true, opens_at: null,
  may_take_back: false, survey_url: "https://x.example/handrail/csat/t", rated: false,
};

function after(...changes: Change[]): Standing {
  return changes.reduce(changed, EMPTY);
}

test("a letter leaves when the conversation has it, and not before", () => {
  const sent: Change = { type: "letter", letter: { ...letter("m1", "Hello", new Date()), state: "sent" } };
  expect(after(sent, { type: "read", values: { messages: [] } }).letters).toHaveLength(1);
  const arrived = after(sent, { type: "read", values: { messages: [human("m1")] } });
  expect(arrived.letters).toEqual([]);
  expect(arrived.said.map(({ id }) => id)).toEqual(["m1"]);
});

test("a reading that comes late does not take away what is newer", () => {
  const newer = after({ type: "read", values: { messages: [human("m1"), ai("a1")] } });
  expect(changed(newer, { type: "read", values: { messages: [human("m1")] } })).toBe(newer);
});

test("pieces grow into one reply, which the whole one replaces", () => {
  const pieces = after({ type: "piece", id: "a1", text: "Thirty " }, { type: "piece", id: "a1", text: "days" });
  expect(pieces.arriving.map(({ text }) => text)).toEqual(["Thirty days"]);
  const whole = changed(pieces, { type: "read", values: { messages: [human("m1"), ai("a1")] } });
  expect(whole.arriving).toEqual([]);
  expect(changed(whole, { type: "piece", id: "a1", text: "more" })).toBe(whole);
});

test("the assistant thinks while a run is at work, and never where a person has it", () => {
  expect(isThinking(after({ type: "ran", by: 1 }))).toBe(true);
  expect(isThinking(after({ type: "ran", by: 1 }, { type: "owner", owner: "human" }))).toBe(false);
  expect(isThinking(after({ type: "ran", by: 1 }, { type: "ran", by: -1 }))).toBe(false);
});

test("the holding note stands until a person answers", () => {
  const held = after({ type: "read", values: { messages: [human("m1")], notice: "We will see it", owner: "human" } });
  expect(noteOf(held)).toBe("We will see it");
  const reply = { id: "h1", type: "ai", content: "Hi", additional_kwargs: { handrail: { author: "human" } } };
  const answered = changed(held, { type: "read", values: { messages: [human("m1"), reply], notice: "We will see it", owner: "human" } });
  expect(noteOf(answered)).toBeNull();
});

test("somebody has joined until they write, also when the customer has written since", () => {
  const view: View = { ...VIEW, stage: "human", person: "Ines" };
  const joined = after({ type: "viewed", view }, { type: "read", values: { messages: [human("m1"), ai("a1")] } });
  expect(hasJoined(joined)).toBe(true);
  const reply = { id: "h1", type: "ai", content: "Hi", additional_kwargs: { handrail: { author: "human" } } };
  expect(hasJoined(changed(joined, { type: "read", values: { messages: [human("m1"), ai("a1"), reply, human("m2")] } }))).toBe(false);
});

test("unread is what came in and was not on the screen", () => {
  const two = after({ type: "read", values: { messages: [human("m1"), ai("a1"), ai("a2")] } });
  expect(unreadIn(changed(two, { type: "seen", count: 1 }))).toBe(1);
});

test("it asks for a rating once for each episode, at its end", () => {
  const closed = after({ type: "viewed", view: VIEW });
  expect(asksForRating(closed)).toBe(true);
  expect(asksForRating(changed(closed, { type: "surveyed", episode: 1, told: "survey_thanks" }))).toBe(false);
  const next = changed(closed, { type: "surveyed", episode: 1, told: null });
  expect(asksForRating(changed(next, { type: "viewed", view: { ...VIEW, episode: 2 } }))).toBe(true);
  expect(asksForRating(changed(closed, { type: "viewed", view: { ...VIEW, rated: true } }))).toBe(false);
});
