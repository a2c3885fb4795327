/** Whether the window was left open in this tab: then the next page of the shop shows it again. */

const NARROW = "(max-width: 480px), (max-height: 480px)"; // there it would cover the page

export function keepOpen(server: string, open: boolean): void {
  try {
    if (open) sessionStorage.setItem(keyOf(server), "1");
    else sessionStorage.removeItem(keyOf(server));
  } catch {
    // Storage is blocked: each page begins with the window closed.
  }
}

export function wasLeftOpen(server: string): boolean {
  try {
    return sessionStorage.getItem(keyOf(server)) !== null && !window.matchMedia(NARROW).matches;
  } catch {
    return false;
  }
}

function keyOf(server: string): string {
  return `handrail:${server}:open`;
}
