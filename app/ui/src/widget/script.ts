/** What the script's tag says: the data attributes of docs/embed.md, and where the server is. */
import type { Settings } from "./contract";

export type Theme = "auto" | "light" | "dark";

export interface Look {
  theme: Theme;
  position: "left" | "right";
  color: string | null;
  open: boolean;
}

const SCRIPT = "/handrail/widget.js";
const NO = new Set(["no", "false", "0", "off"]);

/** Return the tag that is running, or the first of our tags where a loader hides it. */
export function ownScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.src.includes(SCRIPT)) return current;
  return document.querySelector<HTMLScriptElement>(`script[src*="${SCRIPT}"]`);
}

export function serverOf(script: HTMLScriptElement): string {
  return script.src.slice(0, script.src.indexOf(SCRIPT));
}

export function settingsOf(script: HTMLScriptElement): Settings {
  const { tokenUrl, visitors, language } = script.dataset;
  return {
    server: serverOf(script),
    tokenUrl: tokenUrl ? new URL(tokenUrl, document.baseURI).href : null,
    visitors: !NO.has((visitors ?? "").toLowerCase()),
    language: language || document.documentElement.lang || navigator.language || "en",
  };
}

export function lookOf(script: HTMLScriptElement): Look {
  const { theme, position, color, open } = script.dataset;
  return {
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    position: position === "left" || position === "right" ? position : isRightToLeft() ? "left" : "right",
    color: color && /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color) ? color : null,
    open: open !== undefined && !NO.has(open.toLowerCase()),
  };
}

function isRightToLeft(): boolean {
  return getComputedStyle(document.documentElement).direction === "rtl";
}
