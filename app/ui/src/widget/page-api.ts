/** window.Handrail: what a page may do with the widget. */
import type { TokenSource } from "../lib/session";
import type { EventName } from "./contract";
import type { HandrailWidget } from "./element";

export type Token = string | (() => string | null | Promise<string | null>);

export interface PageApi {
  open: () => void;
  close: () => void;
  identify: (token: Token) => void;
  signOut: () => void;
  /** Returns what ends it. */
  on: (event: EventName, heard: (detail: unknown) => void) => () => void;
}

export function pageApi(widget: HandrailWidget): PageApi {
  return {
    open: () => widget.open(),
    close: () => widget.close(),
    identify: (token) => widget.identify(sourceOf(token)),
    signOut: () => widget.signOut(),
    on: (event, heard) => {
      const listener = (happened: Event) => heard((happened as CustomEvent<unknown>).detail);
      widget.addEventListener(`handrail:${event}`, listener);
      return () => widget.removeEventListener(`handrail:${event}`, listener);
    },
  };
}

/** A token alone can be used until it is refused; a function is asked for a new one. */
function sourceOf(token: Token): TokenSource {
  if (typeof token === "string") return () => Promise.resolve(token);
  return async () => await token();
}
