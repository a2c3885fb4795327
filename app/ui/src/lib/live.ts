/**
 * Hear that something has changed, from GET /handrail/live (server-sent events, read by fetch,
 * because EventSource cannot send a token). An event says which conversation and what kind of act,
 * and nothing of what was said: whoever hears it asks for that with their own rights.
 */
import type { Api } from "./api";

export interface Change {
  thread_id: string;
  action: string;
  actor: string;
}

export interface Listener {
  onChange: (change: Change) => void;
  /** The connection stands, or is being made again. After each new one, look at everything anew. */
  onState?: (connected: boolean) => void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SILENCE = 40_000; // the server says something every 15 s

/** Listen until the returned function is called. `thread` keeps to one conversation. */
export function listen(api: Api, { onChange, onState }: Listener, thread?: string): () => void {
  const stop = new AbortController();
  const isOver = (): boolean => stop.signal.aborted;
  const path = `/handrail/live${thread ? `?thread_id=${encodeURIComponent(thread)}` : ""}`;
  void (async () => {
    let pause = FIRST_PAUSE;
    while (!isOver()) {
      const quiet = new AbortController();
      const lost = () => quiet.abort();
      window.addEventListener("offline", lost);
      let isLost = true;
      try {
        const { headers, token } = await api.headers();
        const answer = await fetch(api.base + path, {
          headers,
          cache: "no-store",
          signal: AbortSignal.any([stop.signal, quiet.signal]),
        });
        if (answer.status === 401) api.session.refused(token);
        if (answer.ok && answer.body) {
          onState?.(true);
          pause = FIRST_PAUSE;
          await read(answer.body, onChange, quiet);
          isLost = false; // the server ends each stream after some minutes
        }
      } catch {
        // Made again below, whatever ended it.
      }
      window.removeEventListener("offline", lost);
      if (isOver()) return;
      if (isLost) onState?.(false);
      await rest(pause * (0.7 + 0.6 * Math.random()), stop.signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  })();
  return () => stop.abort();
}

async function read(body: ReadableStream<Uint8Array>, onChange: (change: Change) => void, quiet: AbortController) {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  let left = "";
  for (;;) {
    const timer = setTimeout(() => quiet.abort(), SILENCE);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    const events = (left + value.replaceAll("\r", "")).split("\n\n");
    left = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
      if (data.length) onChange(JSON.parse(data.join("\n")) as Change);
    }
  }
}

/** Wait, or less where the signal says so or the browser is online again. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
