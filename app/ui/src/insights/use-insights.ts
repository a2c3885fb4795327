/** Read the insights of a query, and again when asked to; none where there is no query. */
import { useCallback, useEffect, useReducer, useState } from "react";

import type { Api } from "../lib/api";
import type { Insights } from "./insights";
import { NOTHING_YET, read, type Reading } from "./reading";

export function useInsights(api: Api, question: string | null): Reading & { again: () => void } {
  const [state, tell] = useReducer(read, NOTHING_YET);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (question === null) return;
    const stop = new AbortController();
    tell({ type: "asked", question });
    api.call<Insights>(`/handrail/insights?${question}`, { signal: stop.signal }).then(
      (found) => tell({ type: "answered", question, found }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        tell({ type: "failed", question, why: error instanceof Error ? error.message : "Nothing could be read." });
      },
    );
    return () => stop.abort();
  }, [api, question, tries]);
  const again = useCallback(() => setTries((before) => before + 1), []);
  return { ...state, again };
}
