/** What changed in the state between two checkpoints, by key. Pure. */
import type { Values } from "./server";

export interface Change {
  /** Where: "messages", "signals.legal". */
  key: string;
  kind: "set" | "changed" | "removed" | "appended";
  before?: unknown;
  after?: unknown;
}

const DEPTH = 2;

export function changes(before: Values, after: Values): Change[] {
  return inside(before, after, "", 1);
}

function inside(before: Values, after: Values, within: string, depth: number): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((name) => {
    const key = within ? `${within}.${name}` : name;
    const [had, has] = [before[name], after[name]];
    if (!(name in after)) return [{ key, kind: "removed", before: had }];
    if (!(name in before)) return [{ key, kind: "set", after: has }];
    if (same(had, has)) return [];
    if (depth < DEPTH && isValues(had) && isValues(has)) return inside(had, has, key, depth + 1);
    if (Array.isArray(had) && Array.isArray(has) && has.length > had.length && same(had, has.slice(0, had.length))) {
      return [{ key, kind: "appended", after: has.slice(had.length) }];
    }
    return [{ key, kind: "changed", before: had, after: has }];
  });
}

/** Tell whether two JSON values are equal; the order of keys says nothing. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other)) return false;
    return one.length === other.length && one.every((value, at) => same(value, other[at]));
  }
  if (!isValues(one) || !isValues(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && same(one[key], other[key]));
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
