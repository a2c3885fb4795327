import { expect, it } from "vitest";

import { failureIn, linesOf, whyNotSent } from "./evidence_words";

it("explains what it knows, first, and shows what it does not know as it is", () => {
  const lines = linesOf({ a_new_figure: 0.123, vetoes: ["promise"], similarity: 0.9, tool_outcomes: [], same_topic: true });
  expect(lines.map((line) => [line.label, line.value, line.share])).toEqual([
    ["Found in the help centre", "0.90", 0.9],
    ["Article on the same topic", "yes", null],
    ["Look-ups", "none", null],
    ["a_new_figure", "0.12", null],
  ]);
});

it("says why a draft was not sent, on both sides of the line", () => {
  expect(whyNotSent({ vetoes: ["no_citation", "unheard_of"] }, 0.69, 0.7)).toEqual([
    "It states what the help centre says, and cites no article.",
    "unheard_of",
    "Its confidence of 0.69 is below the line of 0.70.",
  ]);
  expect(whyNotSent({ vetoes: [] }, 0.7, 0.7)).toEqual(["The conversation went to a person for the reasons above, whatever the draft said."]);
});

it("names a step that failed", () => {
  expect(failureIn({ failure: { node: "answer", error: "BackendDown", tried: ["orders"] } })).toEqual({ node: "answer", error: "BackendDown", tried: ["orders"] });
  expect(failureIn({})).toBeNull();
});
