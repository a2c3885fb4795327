/** Which thread is looked at: one of the newest, or any by its id. */
import { useCallback, useEffect, useState } from "react";
import type { SubmitEvent } from "react";

import type { Api } from "../lib/api";
import { firstWords, readThreads, type Thread, THREADS } from "./server";

interface Picker {
  api: Api;
  chosen: string | null;
  onChoose: (thread: string) => void;
}

export function Threads({ api, chosen, onChoose }: Picker) {
  const [threads, setThreads] = useState<Thread[]>([]);
  const [state, setState] = useState<"reading" | "read" | "failed">("reading");
  const [isLast, setLast] = useState(false);
  const [typed, setTyped] = useState("");
  const more = useCallback(
    (offset: number) => {
      setState("reading");
      readThreads(api, offset).then(
        (found) => {
          setThreads((before) => [...before.slice(0, offset), ...found]);
          setLast(found.length < THREADS);
          setState("read");
        },
        () => setState("failed"),
      );
    },
    [api],
  );
  useEffect(() => {
    const first = setTimeout(() => more(0));
    return () => clearTimeout(first);
  }, [more]);
  const open = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.trim()) onChoose(typed.trim());
  };
  return (
    <nav className="threads" aria-label="Threads">
      <form onSubmit={open}>
        <label htmlFor="thread-id">Thread id</label>
        <div className="row">
          <input id="thread-id" value={typed} spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
          <button type="submit">Open</button>
        </div>
      </form>
      <div className="row between">
        <h2>Newest</h2>
        <button type="button" onClick={() => more(0)}>
          Refresh
        </button>
      </div>
      {state === "failed" && (
        <p className="step-error" role="alert">
          The threads cannot be read.
        </p>
      )}
      {state === "read" && threads.length === 0 && <p className="small">No thread yet. Say something to the agent.</p>}
      <ul aria-busy={state === "reading"}>
        {threads.map((thread) => (
          <li key={thread.thread_id}>
            <button
              type="button"
              aria-current={thread.thread_id === chosen}
              onClick={() => onChoose(thread.thread_id)}
            >
              <span className="first-words">{firstWords(thread.values) ?? "Nothing said yet"}</span>
              <span className="small">
                {thread.updated_at.replace("T", " ").slice(0, 19)}, {thread.status}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {!isLast && threads.length > 0 && (
        <button type="button" onClick={() => more(threads.length)} disabled={state === "reading"}>
          Show older
        </button>
      )}
    </nav>
  );
}
