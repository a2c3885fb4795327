/** Start runs on the LangGraph server and read what they stream, by the SDK. */
import { RunsClient } from "@langchain/langgraph-sdk/client";

import { type Api, Problem, Unreachable } from "../lib/api";
import { textOf } from "./said";

export const GRAPH = "support";

export interface RunListener {
  /** The server has the message. */
  onAccepted: () => void;
  onPiece: (id: string, text: string) => void;
  onCustom: (event: CustomEvent) => void;
}

export type CustomEvent =
  | { type: "status"; status: string; text?: string }
  | { type: "handoff"; id: string; queue: string }
  | { type: "owner"; owner: "ai" | "human" | "closed"; by?: string | null }
  | { type: "survey"; survey: string };

export class RunFailed extends Error {}

/** A run that says nothing any more: its server may have died, and could not even note that. */
export class Silent extends Unreachable {}

const SILENCE = 60_000; // a turn says what it is doing long before

/** Return a client of the SDK whose calls carry our token, and a new one where it was refused. */
export function runsOf(api: Api): RunsClient {
  const call: typeof fetch = async (input, init) => {
    // The SDK asks whether a stream that closed was a whole one. Customers may read no runs, and
    // what such a stream lacked is read with the conversation.
    if (isRun(input)) return new Response(null, { status: 404 });
    const { headers, token } = await api.headers();
    const all = new Headers(init?.headers);
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    let answer: Response;
    try {
      answer = await fetch(input, { ...init, headers: all });
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      throw new Unreachable("The server cannot be reached.", { cause: error });
    }
    if (answer.status === 401) api.session.refused(token);
    return answer;
  };
  const again: typeof fetch = async (input, init) => {
    const answer = await call(input, init);
    return answer.status === 401 ? call(input, init) : answer;
  };
  // A message that may have arrived is not sent again before the conversation was read.
  return new RunsClient({ apiUrl: api.base, apiKey: null as never, callerOptions: { fetch: again, maxRetries: 0 } });
}

function isRun(input: RequestInfo | URL): boolean {
  const url = input instanceof Request ? input.url : String(input);
  return /\/runs\/[^/?]+$/.test(url) && !url.endsWith("/runs/stream");
}

/** Send one message and follow its run to the end. Raises what the server refused, RunFailed, Silent or Unreachable. */
export async function send(
  runs: RunsClient,
  thread: string,
  message: { id: string; text: string },
  listener: RunListener,
  signal: AbortSignal,
): Promise<void> {
  const quiet = new AbortController();
  const run = runs.stream(thread, GRAPH, {
    input: { messages: [{ type: "human", id: message.id, content: message.text }] },
    // No "values": that would be the whole conversation after each step. It is read once, at the end.
    streamMode: ["messages-tuple", "custom"],
    multitaskStrategy: "enqueue",
    onDisconnect: "continue",
    streamResumable: true,
    signal: AbortSignal.any([signal, quiet.signal]),
    onRunCreated: listener.onAccepted,
  });
  for (;;) {
    const step = await spoken(run.next(), quiet);
    if (step.done) return;
    const { event, data } = step.value;
    listener.onAccepted();
    const kind = event.split("|")[0];
    if (kind === "error") throw new RunFailed();
    if (kind === "messages") {
      const [piece] = data as [{ id?: string; type?: string; content?: unknown }];
      if (piece.id && piece.type === "AIMessageChunk") listener.onPiece(piece.id, textOf(piece.content));
    }
    if (kind === "custom") listener.onCustom(data as CustomEvent);
  }
}

/** Wait for the next word of a run; after a long silence close its stream. Raises Silent. */
async function spoken<T>(next: Promise<T>, quiet: AbortController): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Silent("The server has gone silent."));
      quiet.abort();
    }, SILENCE);
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Return the status and the pause that an error of a call names; null where nobody answered. */
export function refusalIn(error: unknown): { status: number | null; retryAfter: number | null } {
  if (error instanceof Problem) return { status: error.status, retryAfter: error.retryAfter };
  const { status, response } = error as { status?: unknown; response?: Response };
  const wait = Number(response?.headers.get("Retry-After"));
  return { status: typeof status === "number" ? status : null, retryAfter: wait > 0 ? wait : null };
}
