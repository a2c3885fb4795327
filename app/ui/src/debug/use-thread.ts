/** The history and the trail of the thread that is looked at. */
import { useCallback, useEffect, useState } from "react";

import { type Api, Problem } from "../lib/api";
import { type Checkpoint, type EpisodeTrail, PAGE, readHistory, readTrail } from "./server";

export interface ThreadRead {
  thread: string;
  history: Checkpoint[]; // newest first
  trail: EpisodeTrail[];
  isWhole: boolean;
}

export interface ThreadReading {
  read: ThreadRead | null;
  failure: string | null;
  again: () => void;
  older: () => void;
}

export function said(error: unknown): string {
  return error instanceof Error ? error.message : "Nothing could be read.";
}

export function useThread(api: Api, thread: string | null): ThreadReading {
  const [read, setRead] = useState<ThreadRead | null>(null);
  const [failed, setFailed] = useState<{ thread: string; why: string } | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (thread === null) return;
    const stop = new AbortController();
    const nothingDecided = (error: unknown): EpisodeTrail[] => {
      if (error instanceof Problem && error.status === 404) return [];
      throw error;
    };
    Promise.all([
      readHistory(api, thread, undefined, stop.signal),
      readTrail(api, thread, stop.signal).catch(nothingDecided),
    ]).then(
      ([history, trail]) => {
        setRead({ thread, history, trail, isWhole: history.length < PAGE });
        setFailed(null);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setFailed({ thread, why: said(error) });
      },
    );
    return () => stop.abort();
  }, [api, thread, tries]);
  const again = useCallback(() => setTries((before) => before + 1), []);
  const oldest = read?.history.at(-1)?.checkpoint.checkpoint_id;
  const older = useCallback(() => {
    if (thread === null || oldest === undefined) return;
    readHistory(api, thread, oldest).then(
      (page) =>
        setRead((now) =>
          now?.thread === thread && now.history.at(-1)?.checkpoint.checkpoint_id === oldest
            ? { ...now, history: [...now.history, ...page], isWhole: page.length < PAGE }
            : now,
        ),
      (error: unknown) => setFailed({ thread, why: said(error) }),
    );
  }, [api, thread, oldest]);
  return {
    read: read?.thread === thread ? read : null,
    failure: failed?.thread === thread ? failed.why : null,
    again,
    older,
  };
}
