/** The words of the widget, with their gaps filled in. */
import { createContext, use } from "react";

export type Say = (key: string, values?: Record<string, string | number>) => string;

export function saying(words: Record<string, string>): Say {
  return (key, values = {}) =>
    (words[key] ?? "").replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "ug", "ur", "yi"]);

/** The window reads as its words do, whatever the page around it is in. */
export function directionOf(language: string): "rtl" | "ltr" {
  return RIGHT_TO_LEFT.has(language.slice(0, 2)) ? "rtl" : "ltr";
}

/** How times are written: as the browser asks for it in this language, such as "en-GB". */
export function localeOf(language: string): string {
  return navigator.languages.find((each) => each.slice(0, 2) === language.slice(0, 2)) ?? language;
}

export interface Spoken {
  say: Say;
  language: string;
}

export const SpokenContext = createContext<Spoken>({ say: saying({}), language: "en" });

export function useWords(): Spoken {
  return use(SpokenContext);
}
