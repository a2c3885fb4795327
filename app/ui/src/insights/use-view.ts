/** The view that the address names, kept there as it changes. */
import { useCallback, useEffect, useState } from "react";

import { searchOf, type View, viewIn } from "./period";

export function useView(): [View, (next: View, isTyped?: boolean) => void] {
  const [view, setView] = useState(() => viewIn(window.location.search));
  useEffect(() => {
    const back = () => setView(viewIn(window.location.search));
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const show = useCallback((next: View, isTyped = false) => {
    if (isTyped) window.history.replaceState(null, "", searchOf(next));
    else window.history.pushState(null, "", searchOf(next));
    setView(next);
  }, []);
  return [view, show];
}
