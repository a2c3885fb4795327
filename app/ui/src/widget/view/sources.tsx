/** The articles an answer rests on: a chip for each, which opens what was quoted and the link. */
import { useId, useState } from "react";

import type { Citation } from "../said";
import { useWords } from "../words";
import { Icon } from "./icon";

export function Sources({ citations }: { citations: readonly Citation[] }) {
  const { say } = useWords();
  const [open, setOpen] = useState<number | null>(null);
  const panel = useId();
  const shown = open === null ? null : citations[open];
  return (
    <div className="sources">
      <ul aria-label={say(citations.length > 1 ? "sources" : "source")}>
        {citations.map((citation, place) => (
          <li key={`${citation.id}-${place}`}>
            <button type="button" className="chip" aria-expanded={open === place} aria-controls={open === place ? panel : undefined} onClick={() => setOpen(open === place ? null : place)}>
              <Icon name="article" />
              <span className="unseen">{say("source")}: </span>
              <span className="chip-title">{citation.title}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown && (
        <div id={panel} className="article" role="group" aria-label={shown.title}>
          <p className="article-lead">{say("quoted")}</p>
          <blockquote dir="auto">{shown.quote}</blockquote>
          <p className="article-acts">
            {isWeb(shown.url) && (
              <a href={shown.url} target="_blank" rel="noopener noreferrer">
                {say("open_article")} <span className="unseen">{say("new_tab")}</span>
                <Icon name="outside" />
              </a>
            )}
            <button type="button" className="link" onClick={() => setOpen(null)}>{say("close_article")}</button>
          </p>
        </div>
      )}
    </div>
  );
}

function isWeb(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
