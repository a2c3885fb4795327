import { expect, test } from "vitest";

import { csv } from "./csv";

const rows = (...cells: (string | number | null)[]) => csv(["a"], [cells]).split("\r\n")[1];

test("lines end as RFC 4180 says, the last one too", () => {
  expect(csv(["Path", "n"], [["AI", 3]])).toBe("Path,n\r\nAI,3\r\n");
});

test("commas, quotes and line ends are quoted, and nothing else is", () => {
  expect(csv(["a"], [['say "hi", then\ngo', "plain words"]])).toBe('a\r\n"say ""hi"", then\ngo",plain words\r\n');
});

test.each([
  ["=1+1", "'=1+1"],
  ["+49", "'+49"],
  ["-cmd", "'-cmd"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ["a=b", "a=b"],
])("%j is nothing that a spreadsheet runs", (given, written) => {
  expect(rows(given)).toBe(written);
});

test("numbers stay numbers and what is withheld is empty, not nought", () => {
  expect(rows(-0.5, null, 0)).toBe("-0.5,,0");
});
