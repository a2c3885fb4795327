/** The time, for what is shown of it: moves on every few seconds, for all who look at once. */
import { Store, useStore } from "../lib/store";

const clock = new Store(Date.now());
setInterval(() => clock.set(Date.now()), 10_000);

export function useNow(): number {
  return useStore(clock);
}
