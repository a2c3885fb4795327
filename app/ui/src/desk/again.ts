/** Do something once at a time: what is asked for meanwhile is done once more afterwards. */
export class Again {
  #running: Promise<void> | null = null;
  #wanted: Promise<void> | null = null;

  constructor(private readonly work: () => Promise<void>) {}

  /** Return when the work was done from the beginning, after this call. */
  now(): Promise<void> {
    if (!this.#running) {
      this.#running = this.work().finally(() => (this.#running = null));
      return this.#running;
    }
    this.#wanted ??= this.#running.catch(() => undefined).then(() => {
      this.#wanted = null;
      return this.now();
    });
    return this.#wanted;
  }
}
