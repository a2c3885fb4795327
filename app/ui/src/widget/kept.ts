/**
 * What this browser keeps, per server and per user: the thread, what was read of it, and letters
 * that have not arrived. Each letter has an entry of its own, so that two tabs do not overwrite
 * each other's. Where storage is blocked, it lasts as long as the page.
 */
import type { Letter } from "./letters";

const PREFIX = "handrail";
const CUSTOMER = "user:";

interface Store {
  getItem: (key: string) => string | null;
  setItem: (key: string, value: string) => void;
  removeItem: (key: string) => void;
  keys: () => string[];
}

export interface Visitor {
  token: string;
  expires_at: string;
}

export interface Place {
  thread: string | null;
  /** How many messages from our side have been on the screen. */
  seen: number;
  /** Somebody may write at any time: the launcher then listens without having been opened. */
  expecting: boolean;
  /** The episode whose survey was put aside or answered. */
  surveyed: number;
}

const NOWHERE: Place = { thread: null, seen: 0, expecting: false, surveyed: 0 };

export class Kept {
  readonly #store = storeOf(() => window.localStorage);

  /** `customer` is their id; null for a visitor. */
  constructor(
    readonly server: string,
    readonly customer: string | null,
  ) {}

  /** Whether anybody who uses this browser waits for an answer of this server. */
  static isExpecting(server: string): boolean {
    const store = storeOf(() => window.localStorage);
    const places = store.keys().filter((key) => key.startsWith(`${PREFIX}:${server}:`) && key.endsWith(":place"));
    return places.some((key) => (parsed(store.getItem(key)) as Place | null)?.expecting === true);
  }

  /** Keep nothing of anybody who was signed in. */
  static forgetCustomers(server: string): void {
    const store = storeOf(() => window.localStorage);
    const theirs = store.keys().filter((key) => key.startsWith(`${PREFIX}:${server}:${CUSTOMER}`));
    for (const key of theirs) store.removeItem(key);
  }

  place(): Place {
    return { ...NOWHERE, ...(parsed(this.#store.getItem(this.#key("place"))) as Partial<Place> | null) };
  }

  change(place: Partial<Place>): void {
    this.#store.setItem(this.#key("place"), JSON.stringify({ ...this.place(), ...place }));
  }

  letters(): Letter[] {
    const ours = this.#store.keys().filter((key) => key.startsWith(this.#key("letter:")));
    const found = ours.map((key) => parsed(this.#store.getItem(key)) as Letter | null);
    return found.filter((letter) => letter !== null).sort((a, b) => a.at.localeCompare(b.at));
  }

  keep(letter: Letter): void {
    this.#store.setItem(this.#key(`letter:${letter.id}`), JSON.stringify(letter));
  }

  drop(id: string): void {
    this.#store.removeItem(this.#key(`letter:${id}`));
  }

  #key(what: string): string {
    return `${PREFIX}:${this.server}:${this.customer === null ? "visitor" : CUSTOMER + this.customer}:${what}`;
  }
}

/** The token of whoever is not signed in, one for each server. */
export class KeptVisitor {
  readonly #store = storeOf(() => window.localStorage);
  readonly #key: string;

  constructor(server: string) {
    this.#key = `${PREFIX}:${server}:visitor-token`;
  }

  read(): Visitor | null {
    const visitor = parsed(this.#store.getItem(this.#key)) as Visitor | null;
    return visitor && Date.parse(visitor.expires_at) > Date.now() ? visitor : null;
  }

  keep(visitor: Visitor | null): void {
    if (visitor) this.#store.setItem(this.#key, JSON.stringify(visitor));
    else this.#store.removeItem(this.#key);
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // somebody else wrote there
  }
}

function storeOf(open: () => Storage): Store {
  try {
    const storage = open();
    const probe = `${PREFIX}:probe`;
    storage.setItem(probe, "1");
    storage.removeItem(probe);
    return {
      getItem: (key) => storage.getItem(key),
      setItem: (key, value) => storage.setItem(key, value),
      removeItem: (key) => storage.removeItem(key),
      keys: () => Object.keys(storage),
    };
  } catch {
    return memory;
  }
}

const held = new Map<string, string>();
const memory: Store = {
  getItem: (key) => held.get(key) ?? null,
  setItem: (key, value) => void held.set(key, value),
  removeItem: (key) => void held.delete(key),
  keys: () => [...held.keys()],
};
