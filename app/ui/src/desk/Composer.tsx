import type { RefObject } from "react";

import type { Box } from "./drafts";
import type { Hold } from "./may";
import { languageName } from "./saying";

interface Props {
  hold: Hold;
  owner: string;
  claiming: boolean;
  box: Box;
  text: string;
  field: RefObject<HTMLTextAreaElement | null>;
  language: string;
  survey: string | null;
  onBox: (box: Box) => void;
  onText: (text: string) => void;
  onClaim: () => void;
  onSend: (text: string) => void;
}

const LONGEST = 10_000;

/** Where an agent writes to the customer or to the other agents. It is closed where that is refused. */
export function Composer({ hold, owner, claiming, box, text, field, language, survey, onBox, onText, onClaim, onSend }: Props) {
  if (hold === "over") return <Over survey={survey} />;
  const isClosed = box === "reply" && hold !== "me";
  const canSend = !isClosed && text.trim() !== "" && text.length <= LONGEST;
  const send = () => {
    if (canSend) onSend(text);
  };
  return (
    <footer className="composer" data-box={box}>
      <div className="boxes" role="group" aria-label="What to write">
        <button aria-pressed={box === "reply"} onClick={() => onBox("reply")}>Reply</button>
        <button aria-pressed={box === "note"} onClick={() => onBox("note")}>Internal note</button>
        <span className="soft">{box === "note" ? "Agents only. No customer sees it." : `The customer writes in ${languageName(language)}.`}</span>
      </div>
      {isClosed ? (
        <div className="closed">
          {hold === "another" ? (
            <p><span><b>{owner}</b> has this conversation. You can leave a note.</span></p>
          ) : (
            <p>Claim it to reply{text ? "; what you were writing is kept" : ""}. <button disabled={claiming} onClick={onClaim}>{claiming ? "Claiming" : "Claim"}</button></p>
          )}
        </div>
      ) : (
        <>
          <textarea
            ref={field}
            rows={3}
            dir="auto"
            aria-label={box === "reply" ? "Reply to the customer" : "Internal note"}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
                event.preventDefault();
                send();
              }
              if (event.key === "Escape") event.currentTarget.blur();
            }}
          />
          <div className="send">
            <span className={text.length > LONGEST ? "bad" : "soft"}>
              {text.length > LONGEST ? `${text.length - LONGEST} characters too long` : text && "Kept in this browser until it is sent"}
            </span>
            <button className="main" disabled={!canSend} aria-keyshortcuts="Control+Enter Meta+Enter" onClick={send}>
              {box === "reply" ? "Send reply" : "Save note"}
            </button>
          </div>
        </>
      )}
    </footer>
  );
}

function Over({ survey }: { survey: string | null }) {
  return (
    <footer className="composer">
      <p className="soft">This handoff is over. Nothing more can be written here.</p>
      {survey !== null && (
        <label>
          Survey link, for this customer only
          <input readOnly value={survey} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
    </footer>
  );
}
