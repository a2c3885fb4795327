import { expect, test } from "vitest";

import { SOME } from "./sample";
import * as tables from "./tables";

const EVERY = Object.values(tables).map((make) => make(SOME));

test("a table over paths has a row for each and none over them", () => {
  for (const table of [tables.csatTable(SOME), tables.durableTable(SOME)]) {
    expect(table.rows.map(([name]) => name)).toEqual(["AI", "Person", "AI, then a person"]);
  }
});

test("no table speaks of a total", () => {
  expect(JSON.stringify(EVERY)).not.toMatch(/\b(total|overall|average|mean|combined|all paths)\b/i);
});

test("each has a file of its own, and as many cells as columns", () => {
  expect(new Set(EVERY.map(({ name }) => name)).size).toBe(EVERY.length);
  for (const { columns, rows } of EVERY) for (const row of rows) expect(row).toHaveLength(columns.length);
});

test("what is withheld is no number, and says why", () => {
  const [, person] = tables.csatTable(SOME).rows;
  expect(person?.slice(4)).toEqual([null, null, null, "12 of at least 30 ratings"]);
});
