/** Keys that work anywhere on the desk, but not while somebody is typing or a dialog asks. */
import { useEffect, useEffectEvent, useRef } from "react";

const WEIGHTY = new Set(["c", "t", "b", "e"]); // a conversation changes hands by them
const PAUSE = 400; // ms: who types a sentence beside the field means none of its letters

export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["j", "Next in the queue"],
  ["k", "Previous in the queue"],
  ["Enter", "Open it"],
  ["c", "Claim"],
  ["r", "Write a reply"],
  ["n", "Write a note"],
  ["t", "Transfer"],
  ["b", "Hand back to the assistant"],
  ["e", "Resolve"],
  ["/", "Filter the queue"],
  ["Ctrl Enter or ⌘ Enter", "Send what is written"],
  ["?", "Show this list"],
];

/** Call what belongs to a key. An act that is not there leaves the key to the browser. */
export function useShortcuts(acts: Partial<Record<string, () => void>>): void {
  const last = useRef(-PAUSE);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const isTyped = event.timeStamp - last.current < PAUSE;
    last.current = event.timeStamp;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = acts[event.key];
    if (!act || (isTyped && WEIGHTY.has(event.key))) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
