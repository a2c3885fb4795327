/** State that lives outside of components, and tells them when it has changed. */
import { useSyncExternalStore } from "react";

export class Store<S> {
  #state: S;
  readonly #listeners = new Set<() => void>();

  constructor(first: S) {
    this.#state = first;
  }

  readonly get = (): S => this.#state;

  set(next: S): void {
    if (Object.is(next, this.#state)) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export function useStore<S>(store: Store<S>): S {
  return useSyncExternalStore(store.subscribe, store.get);
}
