/** The conversations that wait for people, as the desk knows them. Pure. */
import type { Me, Standing } from "./shapes";

export type Self = Pick<Me, "id" | "name">;

export type Tab = "waiting" | "mine" | "open" | "closed";
export const TABS: readonly Tab[] = ["waiting", "mine", "open", "closed"];

export interface Queue {
  /** All that is not over, those due first coming first. */
  items: readonly Standing[];
  /** False where there are more than were asked for. */
  whole: boolean;
  loaded: boolean;
  /** How a handoff stood by the answer to an act, and when: newer than a list asked for before. */
  stood: ReadonlyMap<string, { standing: Standing; at: number }>;
}

export type QueueStep =
  | { type: "listed"; items: readonly Standing[]; whole: boolean; askedAt: number }
  | { type: "stood"; standing: Standing; at: number };

export const EMPTY: Queue = { items: [], whole: true, loaded: false, stood: new Map() };

export function queued(queue: Queue, step: QueueStep): Queue {
  if (step.type === "stood") {
    const { standing, at } = step;
    const stood = new Map(queue.stood).set(standing.id, { standing, at });
    return { ...queue, stood, items: inOrder(placed(queue.items, standing)) };
  }
  const known = new Map(queue.items.map((item) => [item.id, item]));
  const stood = new Map([...queue.stood].filter(([, { at }]) => at >= step.askedAt));
  let items = step.items.map((item) => same(known.get(item.id), item));
  for (const { standing } of stood.values()) items = placed(items, standing);
  return { items: inOrder(items), whole: step.whole, loaded: true, stood };
}

/** Return what a tab shows. Mine is what I have, and what waits for me. */
export function shownIn(tab: Exclude<Tab, "closed">, items: readonly Standing[], me: Self): readonly Standing[] {
  if (tab === "waiting") return items.filter((item) => item.status === "open");
  return tab === "mine" ? items.filter((item) => isMine(item, me)) : items;
}

/** Tell whether a handoff is an agent's: claimed by their id, or waiting for them by id or by name. */
export function isMine({ status, owner }: Pick<Standing, "status" | "owner">, me: Self): boolean {
  return owner !== null && (owner === me.id || (status === "open" && owner === me.name));
}

/** Return the handoff beside the one that is marked: the first where none is, never beyond an end. */
export function beside(items: readonly Standing[], marked: string | null, by: 1 | -1): string | null {
  const at = items.findIndex((item) => item.id === marked);
  if (at < 0) return items[0]?.id ?? null;
  return items[Math.min(Math.max(at + by, 0), items.length - 1)]?.id ?? null;
}

function placed(items: readonly Standing[], standing: Standing): Standing[] {
  const others = items.filter((item) => item.id !== standing.id);
  return standing.closed_at === null ? [...others, standing] : others;
}

function inOrder(items: readonly Standing[]): readonly Standing[] {
  return [...items].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at) || (a.id < b.id ? -1 : 1));
}

/** A row that has not changed stays the same object, so that it is not drawn anew. */
function same(known: Standing | undefined, item: Standing): Standing {
  return known && JSON.stringify(known) === JSON.stringify(item) ? known : item;
}
