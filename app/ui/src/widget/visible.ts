/** Keep a window that fills the screen above the keyboard, which some phones lay over the page. */
export function followVisible(place: HTMLElement): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const follow = () => place.style.setProperty("--visible", `${viewport.height}px`);
  viewport.addEventListener("resize", follow);
  follow();
}
