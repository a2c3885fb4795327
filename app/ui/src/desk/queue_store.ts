/** The queue, read from the server and read again when something has changed. */
import { Problem } from "../lib/api";
import { Again } from "./again";
import { EMPTY, queued, type Queue } from "./queue";
import { ANY, type Narrowed, type Routes } from "./routes";
import type { Standing } from "./shapes";
import { Store } from "../lib/store";

const MOST = 1000; // what one agent looks through; filters reach the rest
const PAUSE = 200; // an act makes several changes at once

export interface Listed {
  queue: Queue;
  closed: { items: readonly Standing[]; next: string | null; loaded: boolean };
  narrowed: Narrowed;
  error: string | null;
}

const NOTHING = { items: [], next: null, loaded: false };

export class QueueStore {
  readonly store = new Store<Listed>({ queue: EMPTY, closed: NOTHING, narrowed: ANY, error: null });
  readonly #again = new Again(() => this.#read());
  #isSoon = false;
  #lookingAtClosed = false;

  constructor(
    private readonly routes: Routes,
    private readonly onSignedOut: () => void,
  ) {}

  refresh(): Promise<void> {
    return this.#again.now();
  }

  /** Look again in a moment, once for all that changes until then. */
  refreshSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setTimeout(() => {
      this.#isSoon = false;
      void this.refresh();
    }, PAUSE);
  }

  narrow(narrowed: Narrowed): void {
    this.#set({ narrowed, queue: EMPTY, closed: NOTHING });
    void this.refresh();
  }

  stood(standing: Standing): void {
    this.#set({ queue: queued(this.store.get().queue, { type: "stood", standing, at: Date.now() }) });
  }

  /** Say whether what is over is looked at: it is read only then. */
  lookAtClosed(looking: boolean): void {
    this.#lookingAtClosed = looking;
    if (looking) void this.refresh();
  }

  async moreClosed(): Promise<void> {
    const { closed, narrowed } = this.store.get();
    if (!closed.next) return;
    await this.#telling(async () => {
      const page = await this.routes.list("finished", narrowed, closed.next);
      if (this.store.get().closed !== closed) return;
      this.#set({ closed: { items: [...closed.items, ...page.items], next: page.next, loaded: true } });
    });
  }

  async #read(): Promise<void> {
    const { narrowed } = this.store.get();
    await this.#telling(async () => {
      const askedAt = Date.now();
      const items: Standing[] = [];
      let next: string | null = null;
      do {
        const page = await this.routes.list("unfinished", narrowed, next);
        items.push(...page.items);
        next = page.next;
      } while (next && items.length < MOST);
      const closed = this.#lookingAtClosed ? await this.routes.list("finished", narrowed, null) : null;
      if (this.store.get().narrowed !== narrowed) return;
      const queue = queued(this.store.get().queue, { type: "listed", items, whole: next === null, askedAt });
      this.#set({ queue, error: null, ...(closed ? { closed: { ...closed, loaded: true } } : {}) });
    });
  }

  async #telling(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.onSignedOut();
      this.#set({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  #set(change: Partial<Listed>): void {
    this.store.set({ ...this.store.get(), ...change });
  }
}
