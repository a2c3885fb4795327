/** Whose conversation is in the window: it is another one after identify and signOut. */
import type { TokenSource } from "../lib/session";
import type { Host, Settings } from "./contract";
import { Identity } from "./identity";
import { Kept } from "./kept";
import { Talk } from "./talk";

export class Talks {
  #talk: Talk;
  #open = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly settings: Settings,
    readonly host: Host,
    source: TokenSource | null,
  ) {
    this.#talk = this.#begin(source);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly current = (): Talk => this.#talk;

  identify(source: TokenSource | null): void {
    this.#talk.end();
    this.#talk = this.#begin(source);
    this.#talk.shown(this.#open);
    this.host.tell("unread", { count: 0 });
    for (const listener of this.#listeners) listener();
  }

  signOut(): void {
    this.identify(null);
    Kept.forgetCustomers(this.settings.server);
  }

  shown(open: boolean): void {
    this.#open = open;
    this.#talk.shown(open);
  }

  #begin(source: TokenSource | null): Talk {
    return new Talk(new Identity(this.settings, source, () => this.identify(source)), this.host);
  }
}
