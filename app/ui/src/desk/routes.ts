/** The routes that the desk calls, each under a name of its own. */
import type { Api } from "../lib/api";
import type { Act } from "./act";
import type { Done, Offered, Packet, Page, Trail, TranscriptPage } from "./shapes";

/** What the queue is narrowed to; empty takes any. */
export interface Narrowed {
  queue: string;
  reason: string;
  priority: string;
}
export const ANY: Narrowed = { queue: "", reason: "", priority: "" };

const HANDOFFS = "/handrail/handoffs";
const PAGE = 100;

export class Routes {
  constructor(readonly api: Api) {}

  offered(): Promise<Offered> {
    return this.api.call("/handrail/desk");
  }

  list(which: "unfinished" | "finished", narrowed: Narrowed, after: string | null): Promise<Page> {
    const asked = new URLSearchParams({ [which]: "true", limit: String(PAGE) });
    for (const [name, value] of Object.entries(narrowed)) if (value) asked.set(name, value as string);
    if (after) asked.set("after", after);
    return this.api.call(`${HANDOFFS}?${asked}`);
  }

  packet(id: string): Promise<Packet> {
    return this.api.call(`${HANDOFFS}/${encodeURIComponent(id)}`);
  }

  transcript(id: string, after: number): Promise<TranscriptPage> {
    return this.api.call(`${HANDOFFS}/${encodeURIComponent(id)}/transcript?after=${after}&limit=${PAGE}`);
  }

  trail(id: string): Promise<Trail> {
    return this.api.call(`${HANDOFFS}/${encodeURIComponent(id)}/trail`);
  }

  act({ handoff, kind, body, key }: Act): Promise<Done> {
    const path = `${HANDOFFS}/${encodeURIComponent(handoff)}/${kind}`;
    const call = { method: "POST" as const, key, ...(body === null ? {} : { body }) };
    return this.api.call(path, call);
  }
}
