/**
 * The history of a thread as turns: a turn begins where a checkpoint's source is "input". Pure.
 *
 * A checkpoint names the nodes that come next; which ones made it stands in the one before. A node
 * that waits for others (triage waits for every guard) is in no such list: the drawing tells it.
 */
import { type Change, changes } from "./diff";
import type { Checkpoint, Drawing } from "./server";

export interface Step {
  id: string;
  number: number | null;
  at: string;
  source: string;
  nodes: string[];
  /** Whether the nodes were told by the drawing, not by the server. */
  inferred: boolean;
  /** Since the step before, null for the first that is known. */
  ms: number | null;
  changes: Change[];
  next: string[];
  errors: { node: string; error: string }[];
  interrupts: { node: string; value: unknown }[];
}

export interface Turn {
  /** The first turn that was read is 1; `whole` says whether its beginning was read. */
  number: number;
  whole: boolean;
  steps: Step[];
}

/** Group checkpoints, newest first as the server gives them, into turns, oldest first. */
export function turnsOf(newestFirst: readonly Checkpoint[], drawing: Drawing | null): Turn[] {
  const history = newestFirst.toReversed();
  const turns: Turn[] = [];
  history.forEach((checkpoint, at) => {
    const step = stepOf(history, at, drawing);
    const last = turns.at(-1);
    if (last === undefined || checkpoint.metadata?.source === "input") {
      const whole = checkpoint.metadata?.source === "input";
      turns.push({ number: turns.length + 1, whole, steps: [step] });
    } else last.steps.push(step);
  });
  return turns;
}

/** Return the nodes of a turn in the order they ran, those that ran side by side together. */
export function pathOf(turn: Turn): string[][] {
  return turn.steps.map(({ nodes }) => nodes).filter((nodes) => nodes.length > 0);
}

function stepOf(history: readonly Checkpoint[], at: number, drawing: Drawing | null): Step {
  const it = history[at] as Checkpoint;
  const before = history[at - 1];
  const isInput = it.metadata?.source === "input";
  const told = isInput || before === undefined ? [] : named(before);
  const waited = !isInput && before !== undefined && told.length === 0 && before.tasks.length === 0;
  const inferred = waited && drawing !== null ? between(drawing, namedBefore(history, at - 1), named(it)) : [];
  return {
    id: it.checkpoint.checkpoint_id,
    number: it.metadata?.step ?? null,
    at: it.created_at,
    source: it.metadata?.source ?? "unknown",
    nodes: told.length > 0 ? told : inferred,
    inferred: told.length === 0 && inferred.length > 0,
    ms: before === undefined ? null : Date.parse(it.created_at) - Date.parse(before.created_at),
    changes: changes(before?.values ?? {}, it.values),
    next: it.next.filter(isNode),
    errors: it.tasks.flatMap(({ name, error }) => (error === null ? [] : [{ node: name, error }])),
    interrupts: it.tasks.flatMap(({ name, interrupts }) => interrupts.map(({ value }) => ({ node: name, value }))),
  };
}

function isNode(name: string): boolean {
  return name !== "__start__";
}

function named(checkpoint: Checkpoint): string[] {
  return [...new Set(checkpoint.tasks.map(({ name }) => name).filter(isNode))];
}

function namedBefore(history: readonly Checkpoint[], at: number): string[] {
  const before = history[at - 1];
  return before === undefined ? [] : named(before);
}

/** Return the node that everything before leads to and that leads to everything after, if it is one. */
export function between({ nodes, edges }: Drawing, before: readonly string[], after: readonly string[]): string[] {
  const leads = (source: string, target: string) => edges.some((e) => e.source === source && e.target === target);
  const ends = after.length > 0 ? after : ["__end__"];
  const found = nodes
    .map(({ id }) => id)
    .filter((id) => before.length > 0 && before.every((one) => leads(one, id)) && ends.every((one) => leads(id, one)));
  return found.length === 1 ? found : [];
}
