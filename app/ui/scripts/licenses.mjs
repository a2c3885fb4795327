// List what the built pages contain of others, with licences: LICENSES.md, and the texts beside the
// build. With --check nothing is written, and a list that is out of date fails.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;
const ACCEPTED = new Set(["MIT", "ISC", "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "(MPL-2.0 OR Apache-2.0)", "(MIT OR CC0-1.0)", "MIT AND ISC", "MIT AND ISC AND BSD-3-Clause"]);
const folders = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], { cwd: ROOT, encoding: "utf-8" })
  .trim().split("\n").slice(1);
const found = new Map();
for (const folder of folders) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf-8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  found.set(`${name} ${version}`, { name, version, license, text: file ? readFileSync(join(folder, file), "utf-8").trim() : "" });
}
const packages = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
const strange = packages.filter(({ license }) => !ACCEPTED.has(license));
if (strange.length) {
  console.error(`Not accepted: ${strange.map(({ name, license }) => `${name} (${license})`).join(", ")}`);
  process.exit(1);
}
const table = ["# What the pages are built on", "", "Written by `npm run licenses`.", "", "| package | version | licence |", "|---|---|---|",
  ...packages.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`), ""].join("\n");
const list = join(ROOT, "LICENSES.md");
if (process.argv.includes("--check")) {
  if (!existsSync(list) || readFileSync(list, "utf-8") !== table) {
    console.error("LICENSES.md is out of date: npm run licenses");
    process.exit(1);
  }
} else {
  writeFileSync(list, table);
}
if (existsSync(join(ROOT, "dist/assets"))) {
  const texts = packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`);
  writeFileSync(join(ROOT, "dist/assets/licenses.txt"), texts.join("\n---\n\n"));
}
