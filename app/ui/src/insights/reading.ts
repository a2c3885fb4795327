/** How reading stands: what is shown stays while something newer is on its way. Pure. */
import type { Insights } from "./insights";

export interface Reading {
  /** The query that was asked last: an answer to an older one is not shown. */
  question: string;
  found: Insights | null;
  busy: boolean;
  failure: string | null;
}

export type Told =
  | { type: "asked"; question: string }
  | { type: "answered"; question: string; found: Insights }
  | { type: "failed"; question: string; why: string };

export const NOTHING_YET: Reading = { question: "", found: null, busy: true, failure: null };

export function read(state: Reading, told: Told): Reading {
  if (told.type === "asked") return { ...state, question: told.question, busy: true, failure: null };
  if (told.question !== state.question) return state;
  if (told.type === "answered") return { ...state, found: told.found, busy: false, failure: null };
  // Figures of another period under a new heading would be false.
  return { ...state, found: null, busy: false, failure: told.why };
}
