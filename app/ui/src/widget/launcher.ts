/** The script that a page loads: it adds the button, and the conversation when that is first opened. */
import { HandrailWidget } from "./element";
import { Kept } from "./kept";
import { wasLeftOpen } from "./left-open";
import { type PageApi, pageApi } from "./page-api";
import { lookOf, ownScript, settingsOf } from "./script";

declare global {
  interface Window {
    Handrail?: PageApi;
  }
}

const TAG = "handrail-widget";
const script = ownScript();

// A second tag does nothing: one page has one conversation.
if (script && !customElements.get(TAG)) start(script);

function start(script: HTMLScriptElement): void {
  const settings = settingsOf(script);
  const look = lookOf(script);
  customElements.define(TAG, HandrailWidget);
  const widget = new HandrailWidget();
  widget.begin(settings, look);
  window.Handrail = pageApi(widget);
  const add = () => {
    document.body.append(widget);
    if (look.open || wasLeftOpen(settings.server)) widget.open("by itself");
    // Somebody may answer at any time: hear it, though the window is closed.
    else if (Kept.isExpecting(settings.server)) void widget.load();
  };
  if ((document.body as HTMLElement | null) === null) document.addEventListener("DOMContentLoaded", add, { once: true });
  else add();
}
