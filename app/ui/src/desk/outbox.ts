/**
 * Carries acts to the server. Each has one key for good, so that an act whose answer was lost is
 * sent again without being done twice; it is kept for this tab, so that a reload loses nothing.
 */
import { Problem, Unreachable } from "../lib/api";
import { acted, nextOf, type Act, type Refusal, type Step } from "./act";
import type { Bodies, Kind, Standing } from "./shapes";
import { Store } from "../lib/store";

export interface Outward {
  /** Carry an act out, and return how the handoff stands then. Raises Problem or Unreachable. */
  send: (act: Act) => Promise<Standing>;
  /** It was carried out; the act stays in view until this is finished. It never fails. */
  onDone: (act: Act, standing: Standing) => Promise<void>;
  onRefused: (act: Act, refusal: Refusal) => void;
}

const KEPT = "handrail.desk.acts.";
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const NOT_NOW = new Set([401, 408, 425, 429]); // not refused for what it is

export class Outbox {
  readonly acts = new Store<readonly Act[]>([]);
  readonly #busy = new Set<string>();
  readonly #resting = new Map<string, () => void>();
  readonly #kept: string;
  #stopped = false;

  constructor(
    agent: string,
    private readonly outward: Outward,
    private readonly storage: Storage = sessionStorage,
    private readonly newKey: () => string = () => crypto.randomUUID(),
  ) {
    this.#kept = KEPT + encodeURIComponent(agent);
    this.acts.set(restored(storage.getItem(this.#kept)));
  }

  /** Go on with what was left by the page before, and whenever the browser is online again. */
  start(): () => void {
    this.#stopped = false;
    const wake = () => this.wake();
    window.addEventListener("online", wake);
    for (const handoff of new Set(this.acts.get().map((act) => act.handoff))) void this.#carry(handoff);
    return () => {
      window.removeEventListener("online", wake);
      this.#stopped = true; // what is left is kept, and the next outbox of this agent takes it
      this.wake();
    };
  }

  add<K extends Kind>(handoff: string, kind: K, body: Bodies[K]): string {
    const key = this.newKey();
    const at = new Date().toISOString();
    const act = { key, handoff, kind, body, at, phase: "waiting", tries: 0, refusal: null } as Act;
    this.#step({ type: "added", act });
    void this.#carry(handoff);
    return key;
  }

  /** Send a refused act once more, by the key that it has: it was not carried out. */
  again(act: Act): void {
    this.#step({ type: "again", key: act.key });
    void this.#carry(act.handoff);
  }

  /** Give an act up. One that was sent may have been carried out all the same. */
  drop(act: Act): void {
    this.#step({ type: "dropped", key: act.key });
    this.#resting.get(act.handoff)?.();
  }

  /** Do not wait any longer for the next try. */
  wake(): void {
    for (const go of [...this.#resting.values()]) go();
  }

  async #carry(handoff: string): Promise<void> {
    if (this.#busy.has(handoff)) return;
    this.#busy.add(handoff);
    try {
      for (let act = nextOf(this.acts.get(), handoff); act; act = nextOf(this.acts.get(), handoff)) {
        if (this.#stopped) return;
        const pause = await this.#try(act);
        if (pause !== null) await this.#rest(handoff, pause);
      }
    } finally {
      this.#busy.delete(handoff);
    }
  }

  /** Try an act once; return how long to wait before it is tried again, null where that is over. */
  async #try(act: Act): Promise<number | null> {
    this.#step({ type: "sent", key: act.key });
    let standing: Standing;
    try {
      standing = await this.outward.send(act);
    } catch (error) {
      if (isPassing(error)) {
        this.#step({ type: "lost", key: act.key });
        return pauseAfter(act.tries, error instanceof Problem ? error.retryAfter : null);
      }
      const refusal = refusalIn(error);
      this.#step({ type: "refused", key: act.key, refusal });
      this.outward.onRefused(act, refusal);
      return null;
    }
    await this.outward.onDone(act, standing);
    this.#step({ type: "done", key: act.key });
    return null;
  }

  #rest(handoff: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#resting.delete(handoff);
        resolve();
      };
      const timer = setTimeout(go, ms);
      this.#resting.set(handoff, go);
    });
  }

  #step(step: Step): void {
    const acts = acted(this.acts.get(), step);
    this.acts.set(acts);
    if (this.#stopped) return;
    try {
      if (acts.length) this.storage.setItem(this.#kept, JSON.stringify(acts));
      else this.storage.removeItem(this.#kept);
    } catch {
      // The storage is full or forbidden: the acts are still on their way.
    }
  }
}

/** Return how long to wait after so many tries: longer each time, as long as the server asks for. */
export function pauseAfter(tries: number, asked: number | null): number {
  const growing = Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE);
  return Math.max(growing * (0.75 + Math.random() / 2), (asked ?? 0) * 1000);
}

function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof Problem && (error.status >= 500 || NOT_NOW.has(error.status));
}

function refusalIn(error: unknown): Refusal {
  if (!(error instanceof Problem)) {
    return { code: "unknown", detail: error instanceof Error ? error.message : String(error), by: null };
  }
  const by = error.body["claimed_by"];
  return { code: error.code, detail: error.message, by: typeof by === "string" ? by : null };
}

/** What was being sent when the page went away goes again, with the same key. */
function restored(kept: string | null): readonly Act[] {
  if (kept === null) return [];
  try {
    const acts = JSON.parse(kept) as Act[];
    return acts.map((act) => (act.phase === "sending" ? { ...act, phase: "retrying" } : act));
  } catch {
    return [];
  }
}
