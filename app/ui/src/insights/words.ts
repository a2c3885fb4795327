/** How figures and names are written on this page. */
import type { Path } from "./insights";

export const PATH_NAMES: Record<Path, string> = {
  ai: "AI",
  human: "Person",
  ai_then_human: "AI, then a person",
};

export const MEASURES: Record<string, { name: string; means: string; floor: boolean }> = {
  ai_csat: { name: "AI satisfaction", means: "AI-resolved conversations rated 4 or 5", floor: true },
  reopened: { name: "Reopened", means: "AI-resolved, and the customer came back", floor: false },
  wrong_answers: { name: "Wrong answers", means: "Reviewed conversations with a wrong answer", floor: false },
  false_handoffs: { name: "False handoffs", means: "Handed over, and nobody was needed", floor: false },
};

/** Write a share as people do: 0.083 is "8.3 %". */
export function percent(share: number, decimals = 1): string {
  return `${(100 * share).toFixed(decimals)} %`;
}

export function count(number: number): string {
  return number.toLocaleString("en");
}

/** Write a stretch of minutes in the unit that a reader thinks in. */
export function minutes(number: number): string {
  if (number < 120) return `${number < 10 ? number.toFixed(1) : Math.round(number)} min`;
  return number < 2880 ? `${(number / 60).toFixed(1)} h` : `${(number / 1440).toFixed(1)} days`;
}

/** A name from the data, as a label: "human_request" is "Human request". */
export function label(name: string): string {
  if (name === "vip") return "VIP";
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function times(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
