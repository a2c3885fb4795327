/** The page for developers: a thread, the way of each turn through the graph, and what it changed. */
import { useEffect, useMemo, useState } from "react";

import type { Api } from "../lib/api";
import { DrawnGraph } from "./drawing";
import { type Drawing, readDrawing } from "./server";
import { Steps } from "./steps";
import { Threads } from "./threads";
import { Trail } from "./trail";
import { pathOf, turnsOf } from "./turns";
import { said, useThread } from "./use-thread";

const STUDIO = "https://smith.langchain.com/studio/";

export function DebugPage({ api }: { api: Api }) {
  const [thread, setThread] = useState(() => new URLSearchParams(window.location.search).get("thread"));
  const choose = (next: string) => {
    window.history.replaceState(null, "", `?thread=${encodeURIComponent(next)}`);
    setThread(next);
  };
  return (
    <>
      <header className="top">
        <div>
          <h1>Debug</h1>
          <p className="about">What the graph did with a conversation. This page is there in development only.</p>
        </div>
        <a
          className="button"
          href={`${STUDIO}?baseUrl=${encodeURIComponent(api.base)}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          Open Studio<span className="out-of-sight"> in a new tab</span>
        </a>
      </header>
      <div className="sides">
        <Threads api={api} chosen={thread} onChoose={choose} />
        <main>
          <Conversation key={thread} api={api} thread={thread} />
        </main>
      </div>
    </>
  );
}

function useDrawing(api: Api): { drawing: Drawing | null; failure: string | null } {
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    readDrawing(api, stop.signal).then(setDrawing, (error: unknown) => {
      if (!stop.signal.aborted) setFailure(said(error));
    });
    return () => stop.abort();
  }, [api]);
  return { drawing, failure };
}

function Conversation({ api, thread }: { api: Api; thread: string | null }) {
  const { drawing, failure: notDrawn } = useDrawing(api);
  const { read, failure, again, older } = useThread(api, thread);
  const turns = useMemo(() => (read ? turnsOf(read.history, drawing) : []), [read, drawing]);
  // Turns are chosen from the newest backwards: loading older ones must not move the choice.
  const [back, setBack] = useState(0);
  const turn = turns.at(-1 - back);
  return (
    <>
      {failure !== null && (
        <div className="step-error row between" role="alert">
          <span>{failure}</span>
          <button type="button" onClick={again}>
            Try again
          </button>
        </div>
      )}
      {notDrawn !== null && (
        <p className="step-error" role="alert">
          The graph cannot be drawn: {notDrawn}
        </p>
      )}
      {thread !== null && (
        <section className="card" aria-label="Turns">
          <div className="row between">
            <h2>Turns</h2>
            <button type="button" onClick={again}>
              Refresh
            </button>
          </div>
          <p className="small" role="status">
            {read === null ? (failure === null ? "Reading the thread" : "") : `Thread ${thread}`}
          </p>
          {read !== null && turns.length === 0 && <p className="empty">Nothing has run on this thread.</p>}
          <div className="row turns">
            {read !== null && !read.isWhole && (
              <button type="button" onClick={older}>
                Load older steps
              </button>
            )}
            {turns.map(({ number, whole, steps }, at) => (
              <button
                key={steps[0]?.id}
                type="button"
                aria-pressed={at === turns.length - 1 - back}
                onClick={() => setBack(turns.length - 1 - at)}
              >
                {read?.isWhole === true ? `Turn ${number}` : (steps[0]?.at ?? "").slice(11, 19)}
                {!whole && " (from its middle)"}
              </button>
            ))}
          </div>
        </section>
      )}
      {drawing !== null && (
        <section className="card" aria-label="Graph">
          <h2>Graph</h2>
          <p className="about">
            {thread === null
              ? "Choose a thread to see the way of its turns."
              : "Numbers say in which order the nodes of this turn ran; the same number ran side by side."}
          </p>
          <DrawnGraph drawing={drawing} path={turn ? pathOf(turn) : []} />
        </section>
      )}
      {turn !== undefined && (
        <section className="card" aria-label="Steps">
          <h2>Steps</h2>
          <Steps turn={turn} />
        </section>
      )}
      {read !== null && (
        <section className="card" aria-label="Trail">
          <h2>Trail</h2>
          {read.trail.length === 0 ? (
            <p className="empty">Nothing was decided in this conversation yet.</p>
          ) : (
            <Trail episodes={read.trail} />
          )}
        </section>
      )}
    </>
  );
}
