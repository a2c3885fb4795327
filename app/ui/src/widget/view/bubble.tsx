/** One message, with the articles that it rests on. */
import { memo } from "react";

import { Markdown } from "../../lib/markdown";
import type { Said } from "../said";
import { localeOf, useWords } from "../words";
import { Sources } from "./sources";

export const Bubble = memo(function Bubble({ said, isFirst }: { said: Said; isFirst: boolean }) {
  const { say, language } = useWords();
  const { author, name, text, at, citations } = said;
  const who = { customer: say("you"), ai: say("assistant"), human: name ?? say("colleague") }[author];
  return (
    <article className={`message ${author}`}>
      <p className={isFirst && author !== "customer" ? "who" : "unseen"}>{who}</p>
      <div className="bubble" dir="auto">
        {author === "customer" ? <p className="as-typed">{text}</p> : <Markdown text={text} />}
      </div>
      {citations.length > 0 && <Sources citations={citations} />}
      {at && (
        <time className="at" dateTime={at}>
          {new Intl.DateTimeFormat(localeOf(language), { hour: "numeric", minute: "2-digit" }).format(new Date(at))}
        </time>
      )}
    </article>
  );
});
