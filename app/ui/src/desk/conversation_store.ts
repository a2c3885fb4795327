/** One handoff with its whole conversation, read in pages and followed as it goes on. */
import { Problem } from "../lib/api";
import { Again } from "./again";
import type { Routes } from "./routes";
import type { Entry, Packet, Standing, TrailEvent } from "./shapes";
import { Store } from "../lib/store";

const LOOKS = [0, 300, 300, 500, 800]; // ms; the transcript may come a little after the hint

export interface Conversation {
  packet: Packet | null;
  entries: readonly Entry[];
  /** Whether all of the transcript is here. */
  whole: boolean;
  trail: readonly TrailEvent[];
  /** The customer's last words that came while this was open, for who listens to the page. */
  heard: string | null;
  error: string | null;
}

export class ConversationStore {
  readonly store = new Store<Conversation>({ packet: null, entries: [], whole: false, trail: [], heard: null, error: null });
  readonly #again = new Again(() => this.#read());
  #closed = false;

  constructor(
    private readonly routes: Routes,
    readonly id: string,
    private readonly onSignedOut: () => void,
  ) {}

  get threadId(): string | null {
    return this.store.get().packet?.thread_id ?? null;
  }

  refresh(): Promise<void> {
    return this.#again.now();
  }

  /** Look again after a hint, until something is different. */
  async follow(): Promise<void> {
    const before = shape(this.store.get());
    for (const pause of LOOKS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.#closed) return;
      await this.refresh();
      if (shape(this.store.get()) !== before) return;
    }
  }

  stood(standing: Standing): void {
    const { packet } = this.store.get();
    if (packet) this.#set({ packet: { ...packet, ...standing } });
  }

  close(): void {
    this.#closed = true;
  }

  async #read(): Promise<void> {
    try {
      const [packet, trail] = await Promise.all([this.routes.packet(this.id), this.routes.trail(this.id)]);
      let { entries } = this.store.get();
      const known = this.store.get().whole ? entries.length : null;
      if (entries.length === 0) entries = packet.transcript.items;
      this.#set({ packet, trail: trail.items, entries, error: null });
      // Nothing of a transcript is ever changed or left out, so that one may go on from its length.
      let next: number | null = entries.length;
      while (next !== null && !this.#closed) {
        const page = await this.routes.transcript(this.id, next);
        next = page.next;
        if (page.items.length) entries = [...entries, ...page.items];
        this.#set({ entries, whole: next === null });
      }
      const last = known === null ? null : entries.slice(known).findLast((entry) => entry.role === "customer");
      if (last) this.#set({ heard: last.text });
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.onSignedOut();
      this.#set({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  #set(change: Partial<Conversation>): void {
    if (!this.#closed) this.store.set({ ...this.store.get(), ...change });
  }
}

/** Return what a reader would see change. */
function shape({ packet, entries }: Conversation): string {
  if (!packet) return "";
  return [entries.length, packet.notes.length, packet.status, packet.owner, packet.queue, packet.reasons.length, packet.false_handoff].join();
}
