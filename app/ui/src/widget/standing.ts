/** The state of one conversation in the window, and how it changes. Pure. */
import type { Letter } from "./letters";
import { idsIn, type Said, saidIn, type Values } from "./said";

export interface View {
  episode: number;
  stage: "ai" | "waiting" | "human" | "closed";
  person: string | null;
  ahead: number | null;
  people_are_here: boolean;
  opens_at: string | null;
  may_take_back: boolean;
  survey_url: string | null;
  rated: boolean;
}

/** How the line to the server is: what the window says of it. */
export type Line = "loading" | "fine" | "lost" | "unavailable" | "sign_in";

export interface Standing {
  line: Line;
  said: readonly Said[];
  ids: ReadonlySet<string>;
  /** Replies that are arriving word by word. */
  arriving: readonly Said[];
  letters: readonly Letter[];
  /** Runs of ours that the server is working on. */
  running: number;
  owner: "ai" | "human" | "closed";
  notice: string | null;
  view: View | null;
  seen: number;
  /** The last episode whose survey is done with, and what is said of that. */
  surveyed: number;
  survey: "survey_thanks" | "survey_over" | null;
}

export type Change =
  | { type: "read"; values: Values }
  | { type: "viewed"; view: View | null }
  | { type: "piece"; id: string; text: string }
  | { type: "noted"; text: string }
  | { type: "owner"; owner: Standing["owner"] }
  | { type: "ran"; by: 1 | -1 }
  | { type: "line"; line: Line }
  | { type: "letter"; letter: Letter }
  | { type: "dropped"; id: string }
  | { type: "seen"; count: number }
  | { type: "surveyed"; episode: number; told: Standing["survey"] }
  | { type: "anew" };

export const EMPTY: Standing = {
  line: "loading", said: [], ids: new Set(), arriving: [], letters: [], running: 0, owner: "ai",
  notice: null, view: null, seen: 0, surveyed: 0, survey: null,
};

export function changed(state: Standing, change: Change): Standing {
  switch (change.type) {
    case "read":
      return read(state, change.values);
    case "viewed":
      return { ...state, view: change.view };
    case "piece":
      return piece(state, change.id, change.text);
    case "noted":
      return { ...state, notice: change.text };
    case "owner":
      return { ...state, owner: change.owner };
    case "ran":
      return { ...state, running: Math.max(0, state.running + change.by) };
    case "line":
      return state.line === change.line ? state : { ...state, line: change.line };
    case "letter":
      return { ...state, letters: placed(state.letters, change.letter), survey: null };
    case "dropped":
      return { ...state, letters: state.letters.filter(({ id }) => id !== change.id) };
    case "seen":
      return { ...state, seen: change.count };
    case "surveyed":
      return { ...state, surveyed: change.episode, survey: change.told };
    case "anew":
      return { ...EMPTY, line: "fine", letters: state.letters };
  }
}

/** Nothing that was said is taken away, so a shorter list is an older one, read too late. */
function read(state: Standing, values: Values): Standing {
  const messages = values.messages ?? [];
  const ids = idsIn(messages);
  if (ids.size < state.ids.size) return state;
  return {
    ...state,
    ids,
    said: saidIn(messages),
    arriving: state.arriving.filter(({ id }) => !ids.has(id)),
    letters: state.letters.filter(({ id }) => !ids.has(id)),
    notice: values.notice ?? null,
    owner: values.owner ?? state.owner,
  };
}

function piece(state: Standing, id: string, text: string): Standing {
  if (state.ids.has(id)) return state;
  const known = state.arriving.find((each) => each.id === id);
  if (known) {
    const more = { ...known, text: known.text + text };
    return { ...state, arriving: state.arriving.map((each) => (each.id === id ? more : each)) };
  }
  const begun: Said = { id, author: "ai", name: null, text, at: null, citations: [] };
  return { ...state, arriving: [...state.arriving, begun] };
}

function placed(letters: readonly Letter[], letter: Letter): readonly Letter[] {
  const known = letters.some(({ id }) => id === letter.id);
  return known ? letters.map((each) => (each.id === letter.id ? letter : each)) : [...letters, letter];
}

/** Whether the assistant is at work on an answer. */
export function isThinking(state: Standing): boolean {
  const withPerson = state.owner === "human" || state.view?.stage === "waiting" || state.view?.stage === "human";
  return state.running > 0 && state.arriving.length === 0 && !withPerson;
}

/** The holding note counts until somebody has answered. */
export function noteOf(state: Standing): string | null {
  const last = state.said.at(-1);
  return state.owner === "human" && !hasJoined(state) && (state.letters.length > 0 || last?.author === "customer") ? state.notice : null;
}

/** Somebody has taken it, and has not written yet. */
export function hasJoined(state: Standing): boolean {
  return state.view?.stage === "human" && state.view.person !== null
    && state.said.findLast(({ author }) => author !== "customer")?.author !== "human";
}

export function unreadIn(state: Standing): number {
  return Math.max(0, received(state) - state.seen);
}

export function received(state: Standing): number {
  return state.said.filter(({ author }) => author !== "customer").length;
}

export function asksForRating(state: Standing): boolean {
  const view = state.view;
  return view?.stage === "closed" && !!view.survey_url && !view.rated && state.surveyed < view.episode
    && state.letters.length === 0 && state.running === 0;
}
