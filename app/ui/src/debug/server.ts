/** What this page reads of the LangGraph server, and of the trail. */
import type { Api } from "../lib/api";

export type Values = Record<string, unknown>;

export interface Task {
  id: string;
  name: string;
  error: string | null;
  interrupts: { value?: unknown }[];
}

export interface Checkpoint {
  values: Values;
  next: string[];
  tasks: Task[];
  metadata: { source?: string; step?: number; run_id?: string } | null;
  created_at: string;
  checkpoint: { checkpoint_id: string };
}

export interface Thread {
  thread_id: string;
  updated_at: string;
  status: string;
  values: Values | null;
}

export interface Drawing {
  nodes: { id: string }[];
  edges: { source: string; target: string; conditional?: boolean }[];
}

export interface TrailEvent {
  at: string;
  actor: string;
  action: string;
  facts: Values;
}

export interface EpisodeTrail {
  episode: number;
  items: TrailEvent[];
}

export const PAGE = 50;
export const THREADS = 30;

export async function readDrawing(api: Api, signal: AbortSignal): Promise<Drawing> {
  const body = { graph_id: "support", limit: 1 };
  const found = await api.call<{ assistant_id: string }[]>("/assistants/search", { method: "POST", body, signal });
  const [assistant] = found;
  if (assistant === undefined) throw new Error("The server has no assistant of the graph “support”.");
  return api.call<Drawing>(`/assistants/${assistant.assistant_id}/graph`, { signal });
}

/** Return the threads that changed last, newest first. */
export function readThreads(api: Api, offset: number, signal?: AbortSignal): Promise<Thread[]> {
  const body = { limit: THREADS, offset, sort_by: "updated_at", sort_order: "desc" };
  return api.call<Thread[]>("/threads/search", { method: "POST", body, ...(signal && { signal }) });
}

/** Return a page of a thread's checkpoints, newest first, those before `before` where it is given. */
export function readHistory(api: Api, thread: string, before?: string, signal?: AbortSignal): Promise<Checkpoint[]> {
  const body = { limit: PAGE, ...(before && { before: { configurable: { checkpoint_id: before } } }) };
  const path = `/threads/${encodeURIComponent(thread)}/history`;
  return api.call<Checkpoint[]>(path, { method: "POST", body, ...(signal && { signal }) });
}

export async function readTrail(api: Api, thread: string, signal: AbortSignal): Promise<EpisodeTrail[]> {
  const path = `/handrail/conversations/${encodeURIComponent(thread)}/trail`;
  return (await api.call<{ episodes: EpisodeTrail[] }>(path, { signal })).episodes;
}

/** Return the first words of a customer in a thread, to know it by. */
export function firstWords(values: Values | null): string | null {
  const messages = values?.messages;
  if (!Array.isArray(messages)) return null;
  const said = (messages as { type?: unknown; content?: unknown }[]).find(({ type }) => type === "human");
  return typeof said?.content === "string" ? said.content : null;
}
