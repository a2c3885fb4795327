/** Write a table as CSV (RFC 4180) that a spreadsheet can open without running anything in it. */

export type Cell = string | number | null;

const LINE_END = "\r\n";
const RISKY = /^[=+\-@\t\r]/;

export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => row.map(field).join(",") + LINE_END).join("");
}

/** A number is a number, also below nought; text that begins like a formula gets an apostrophe. */
function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = RISKY.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
