/** Style as constructed sheets: the page's policy need not allow inline style for us. */
import tokens from "../lib/tokens.css?inline";
import { textOn } from "./brand";
import type { Look, Theme } from "./script";

export function sheetOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

/** Return the colours of all pages, with the dark ones by theme instead of by the system alone. */
export function tokensFor(theme: Theme): CSSStyleSheet {
  const sheet = sheetOf(tokens);
  if (theme === "auto") return sheet;
  for (const rule of sheet.cssRules) {
    if (rule instanceof CSSMediaRule) rule.media.mediaText = theme === "dark" ? "all" : "not all";
  }
  sheet.insertRule(`:host { color-scheme: ${theme}; }`, sheet.cssRules.length);
  return sheet;
}

export function brandOf(look: Look): CSSStyleSheet {
  const brand = look.color ?? "var(--act)";
  const on = look.color ? textOn(look.color) : "var(--on)";
  return sheetOf(`:host { --brand: ${brand}; --on-brand: ${on}; }`);
}
