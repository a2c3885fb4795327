// Fail the build where the widget weighs more than a shop should load for it (sizes gzipped).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url).pathname;
const KB = 1000;
const size = (path) => gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length / KB;
const page = (name) => [...readFileSync(join(DIST, `${name}.html`), "utf-8").matchAll(/assets\/[^"]+/g)].map(([path]) => path);
const budgets = [
  ["launcher", ["widget.js"], 10],
  ["conversation", ["assets/conversation.js"], 220],
  ["desk", page("desk"), 180],
  ["insights", page("insights"), 260],
];
let over = false;
for (const [what, files, most] of budgets) {
  const kb = files.reduce((sum, path) => sum + size(path), 0);
  over ||= kb > most;
  console.log(`${what}: ${kb.toFixed(1)} kB gzipped, at most ${most}${kb > most ? "  TOO LARGE" : ""}`);
}
process.exit(over ? 1 : 0);
