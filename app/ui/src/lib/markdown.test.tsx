import { expect, test } from "vitest";

import { safeHtml } from "./markdown";

const parsed = (text: string) => {
  const box = document.createElement("div");
  // eslint-disable-next-line no-restricted-syntax -- what the pages do with it
  box.innerHTML = safeHtml(text);
  return box;
};

test.each([
  '<img src=x onerror="alert(1)">',
  "<script>alert(1)</script>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt&#58;alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "![x](https://evil.example/pixel.png)",
  "<svg onload=alert(1)>",
  "`<b onclick=alert(1)>`",
  '<a href="https://x.example" onclick="alert(1)">x</a>',
])("nothing in %s is run or fetched", (text) => {
  const box = parsed(text);
  expect(box.querySelectorAll("script, img, svg, iframe, style, form, input").length).toBe(0);
  for (const element of box.querySelectorAll("*")) {
    for (const { name } of element.attributes) expect(["href", "target", "rel"]).toContain(name);
  }
  for (const link of box.querySelectorAll("a")) expect(link.href).toMatch(/^(https?|mailto):/);
});

test("tags that somebody wrote are shown as words", () => {
  expect(parsed("Is <b>this</b> a tag?").textContent.trim()).toBe("Is <b>this</b> a tag?");
});

test("quotes, lists and links of an answer stay", () => {
  const box = parsed("> within 14 days\n\n- one\n- two\n\n[help](https://help.example/refunds)");
  expect(box.querySelector("blockquote")?.textContent.trim()).toBe("within 14 days");
  expect(box.querySelectorAll("li").length).toBe(2);
  expect(box.querySelector("a")?.rel).toContain("noopener");
});
