import { expect, test } from "vitest";

import { byDay } from "./days";
import { saidIn, withoutSources } from "./said";

const ARTICLE = { id: "returns", title: "How to return an item", url: "https://help.example/returns", quote: "You have 30 days." };

test("what a customer sees: words with their author, and no marks", () => {
  const said = saidIn([
    { id: "1", type: "human", content: "Hello <b>" },
    { id: "2", type: "ai", content: [{ type: "text", text: "Hi" }], additional_kwargs: { handrail: { author: "ai", at: "2026-03-02T09:15:00Z" } } },
    { id: "3", type: "ai", content: "Ines here", name: "Ines", additional_kwargs: { handrail: { author: "human", by: "ines" } } },
    { id: "4", type: "ai", content: "", additional_kwargs: { handrail: { ends: "resolved" } } },
    { id: "5", type: "tool", content: "found" },
  ]);
  expect(said.map(({ author, name, text }) => [author, name, text])).toEqual([
    ["customer", null, "Hello <b>"],
    ["ai", null, "Hi"],
    ["human", "Ines", "Ines here"],
  ]);
});

test.each([
  ["Source: How to return an item https://help.example/returns"],
  ["Source : How to return an item https://help.example/returns"],
  ["Quelle: How to return an item"],
])("the line %j names an article that has a chip", (line) => {
  expect(withoutSources(`You have 30 days.\n\n${line}\n\nAnything else?`, [ARTICLE])).toBe("You have 30 days.\n\nAnything else?");
});

test("a sentence that names an article stays", () => {
  const text = "In the article How to return an item it says: 30 days.";
  expect(withoutSources(text, [ARTICLE])).toBe(text);
});

test("a message without a time belongs to the day of what follows it", () => {
  const now = new Date(2026, 2, 3, 12);
  const said = saidIn([
    { id: "1", type: "human", content: "First" },
    { id: "2", type: "ai", content: "Answer", additional_kwargs: { handrail: { at: new Date(2026, 2, 1, 9).toISOString() } } },
    { id: "3", type: "human", content: "Second" },
  ]);
  expect(byDay(said, now).map(({ start, said }) => [start.getDate(), said.map(({ id }) => id)])).toEqual([
    [1, ["1", "2"]],
    [3, ["3"]],
  ]);
});
