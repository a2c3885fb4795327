/** Text with Markdown as markup, through a sanitizer: the only place where markup is made from text. */
import DOMPurify from "dompurify";
import { Marked } from "marked";
import { useMemo } from "react";

const marked = new Marked({ gfm: true, breaks: true, async: false });
const TAGS = ["p", "br", "strong", "em", "del", "code", "pre", "ul", "ol", "li", "a", "blockquote"];

/** Return safe markup: the tags of plain writing, links to web and mail addresses in a new tab. */
export function safeHtml(text: string): string {
  const purify = DOMPurify;
  const html = marked.parse(escapeTags(text)) as string;
  const fragment = purify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href"],
    ALLOWED_URI_REGEXP: /^(https?:|mailto:)/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) {
    if (!link.hasAttribute("href")) link.replaceWith(...link.childNodes);
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
  }
  const box = document.createElement("div");
  box.append(fragment);
  // eslint-disable-next-line no-restricted-syntax -- read from what the sanitizer made
  return box.innerHTML;
}

/** Tags that somebody wrote are words: they are shown, not obeyed and not lost. */
function escapeTags(text: string): string {
  return text.replaceAll("<", "&lt;");
}

export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => safeHtml(text), [text]);
  // eslint-disable-next-line no-restricted-syntax -- the one place, and it is sanitized
  return <div className="md" dangerouslySetInnerHTML={{ __html: html }} />;
}
