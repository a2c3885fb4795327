// Fail the build where the widget weighs more than a shop should load for it (sizes gzipped).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url).pathname;
const KB = 1000;
const size = (path) => gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length / KB;
const assets = readdirSync(join(DIST, "assets")).map((name) => `assets/${name}`);
const budgets = [
  ["launcher", ["widget.js"], 10],
  ["conversation", ["assets/conversation.js"], 220],
  ["desk", assets.filter((name) => /\/(desk|client|index)[-.]/.test(name)), 400],
];
let over = false;
for (const [what, files, most] of budgets) {
  const kb = files.reduce((sum, path) => sum + size(path), 0);
  over ||= kb > most;
  console.log(`${what}: ${kb.toFixed(1)} kB gzipped, at most ${most}${kb > most ? "  TOO LARGE" : ""}`);
}
process.exit(over ? 1 : 0);
