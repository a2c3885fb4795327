import { cleanup, createEvent, fireEvent, render, screen } from "@testing-library/react";
import axe from "axe-core";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";

import type { View } from "../standing";
import { saying, SpokenContext } from "../words";
import { Bubble } from "./bubble";
import { Composer } from "./composer";
import { queueOf } from "./situation";
import { Survey } from "./survey";

const WORDS = {
  message_label: "Your message", send: "Send", no_files: "No files.", characters_left: "{count} left", too_long: "{count} too long",
  source: "Source", sources: "Sources", quoted: "From the article", open_article: "Open", new_tab: "(new tab)", close_article: "Close",
  assistant: "Assistant", rating: "{count} of 5", survey_question: "How was it?", survey_send: "Send it", survey_skip: "Not now",
  survey_comment: "More?", ahead_none: "Next", ahead_one: "One before", ahead_many: "{count} before", away: "Back on {when}", away_unknown: "Nobody here",
};

afterEach(cleanup);

function show(view: ReactNode): HTMLElement {
  return render(<SpokenContext value={{ say: saying(WORDS), language: "en" }}>{view}</SpokenContext>).container;
}

async function faults(element: HTMLElement): Promise<string[]> {
  const found = await axe.run(element, { rules: { region: { enabled: false }, "color-contrast": { enabled: false } } });
  return found.violations.map(({ id }) => id);
}

function composer(limit = 4000) {
  const onWrite = vi.fn();
  const box = show(<Composer ref={null} limit={limit} disabled={false} onWrite={onWrite} />);
  const field = screen.getByLabelText<HTMLTextAreaElement>("Your message");
  return { onWrite, box, field, write: (text: string) => fireEvent.change(field, { target: { value: text } }) };
}

test("Enter sends; with Shift, or while an input method composes, it does not", () => {
  const { onWrite, field, write } = composer();
  write("Hello ");
  fireEvent.keyDown(field, { key: "Enter", shiftKey: true });
  fireEvent.keyDown(field, { key: "Enter", isComposing: true });
  fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });
  expect(onWrite).not.toHaveBeenCalled();
  fireEvent.keyDown(field, { key: "Enter" });
  expect(onWrite).toHaveBeenCalledExactlyOnceWith("Hello");
  expect(field.value).toBe("");
});

test("the limit is told when it is near, and what is too long is neither sent nor cut", () => {
  const { onWrite, field, write } = composer(300);
  write("x".repeat(100));
  expect(screen.getByRole("status").textContent).toBe("");
  write("x".repeat(101));
  expect(screen.getByRole("status").textContent).toBe("199 left");
  write("😀".repeat(301));
  expect(screen.getByRole("status").textContent).toBe("1 too long");
  fireEvent.keyDown(field, { key: "Enter" });
  expect(onWrite).not.toHaveBeenCalled();
  expect(Array.from(field.value)).toHaveLength(301);
});

test("a file that is pasted is refused with a word; text is pasted", () => {
  const { field } = composer();
  const text = createEvent.paste(field, { clipboardData: { files: [] } });
  fireEvent(field, text);
  expect(text.defaultPrevented).toBe(false);
  fireEvent.paste(field, { clipboardData: { files: [new File(["x"], "x.png")] } });
  expect(screen.getByRole("status").textContent).toBe("No files.");
});

test("a chip opens what was quoted, with a link where there is one to follow", async () => {
  const citations = [
    { id: "1", title: "Returns", url: "https://help.example/returns", quote: "You have 30 days." },
    { id: "2", title: "Trick", url: "javascript:alert(1)", quote: "<b>bold</b>" },
  ];
  const box = show(<Bubble isFirst said={{ id: "a", author: "ai", name: null, text: "**30** days", at: null, citations }} />);
  const chip = screen.getByRole("button", { name: /Source: ?Returns/ });
  fireEvent.click(chip);
  expect(chip.getAttribute("aria-expanded")).toBe("true");
  expect(box.querySelector("blockquote")?.textContent).toBe("You have 30 days.");
  expect(screen.getByRole("link").getAttribute("href")).toBe("https://help.example/returns");
  expect(await faults(box)).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: /Trick/ }));
  expect(box.querySelector("blockquote")?.textContent).toBe("<b>bold</b>");
  expect(screen.queryByRole("link")).toBeNull();
});

test("what a customer typed is never markup", () => {
  const box = show(<Bubble isFirst said={{ id: "m", author: "customer", name: null, text: "<i>a</i> **b**", at: null, citations: [] }} />);
  expect(box.querySelector(".as-typed")?.textContent).toBe("<i>a</i> **b**");
});

test("the survey: a choice of five, then a comment, then it goes out once", async () => {
  let finish: () => void = () => undefined;
  const onRate = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const box = show(<Survey onRate={onRate} onSkip={() => undefined} />);
  const send = screen.getByRole<HTMLButtonElement>("button", { name: "Send it" });
  expect(screen.getAllByRole("radio")).toHaveLength(5);
  expect(send.disabled).toBe(true);
  fireEvent.click(screen.getByLabelText("4 of 5"));
  fireEvent.change(screen.getByLabelText("More?"), { target: { value: " Kind " } });
  expect(await faults(box)).toEqual([]);
  fireEvent.click(send);
  expect(send.disabled).toBe(true);
  expect(onRate).toHaveBeenCalledExactlyOnceWith(4, "Kind");
  finish();
});

test.each<[Partial<View>, string]>([
  [{ ahead: 0 }, "Next"],
  [{ ahead: 1 }, "One before"],
  [{ ahead: 7 }, "7 before"],
  [{ ahead: null }, ""],
  [{ people_are_here: false, ahead: 2 }, "Nobody here"],
  [{ people_are_here: false, opens_at: "2026-03-02T09:00:00Z" }, "Back on Monday"],
])("while waiting, %j is told as %j", (change, told) => {
  const view = { people_are_here: true, opens_at: null, ahead: null, ...change } as View;
  const words = queueOf(view, saying(WORDS), "en");
  if (told === "") expect(words).toBe("");
  else expect(words).toContain(told);
});
