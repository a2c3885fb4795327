import { useLayoutEffect, useRef, useState, type ReactNode } from "react";

import { Markdown } from "../lib/markdown";
import { moment, wholeMoment } from "./saying";
import type { Called, Item } from "./timeline";

const STEP = 200; // drawn at once; all of it is there
const NEAR_END = 48;

interface Props {
  items: readonly Item[];
  whole: boolean;
  now: number;
  me: string;
  called: Called;
  language: string;
  children: ReactNode;
}

/** The conversation, oldest first. It stays at the newest unless the reader has gone up. */
export function TimelineView({ items, whole, now, me, called, language, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const fromEnd = useRef<number | null>(null); // where the reader was when earlier ones were asked for
  const [shown, setShown] = useState(STEP);
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState(0);
  const hidden = Math.max(items.length - shown, 0);
  const fresh = following ? 0 : Math.max(items.length - seen, 0);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (fromEnd.current !== null) element.scrollTop = element.scrollHeight - fromEnd.current;
    else if (following) element.scrollTop = element.scrollHeight;
    fromEnd.current = null;
  });

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    if (atEnd !== following) {
      setFollowing(atEnd);
      setSeen(items.length);
    }
  };
  const showEarlier = () => {
    const element = box.current;
    if (element) fromEnd.current = element.scrollHeight - element.scrollTop;
    setShown(shown + STEP);
  };
  return (
    <div className="timeline">
      <div className="scroll" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label="Conversation">
        {hidden > 0 && <button className="more" onClick={showEarlier}>Show earlier ({hidden} more)</button>}
        <ol>
          {items.slice(hidden).map((item) => <Line key={`${item.type}-${item.id}`} item={item} now={now} me={me} called={called} language={language} />)}
          {!whole && <li className="happened" role="status">Loading the rest</li>}
          {children}
        </ol>
      </div>
      {!following && (
        <button className="newest" onClick={() => setFollowing(true)}>
          {fresh > 0 ? `${fresh} new` : "To the newest"}
        </button>
      )}
    </div>
  );
}

function Line({ item, now, me, called, language }: Pick<Props, "now" | "me" | "called" | "language"> & { item: Item }) {
  switch (item.type) {
    case "event":
      return <li className="happened">{item.words} <At at={item.at} now={now} /></li>;
    case "note":
      return (
        <li className="said human note">
          <p className="by">Internal note by {item.note.by === me ? "you" : called(item.note.by)} <At at={item.at} now={now} /></p>
          <p className="words plain" dir="auto">{item.note.text}</p>
        </li>
      );
    case "message": {
      const { role, text } = item.entry;
      const by = role === "customer" ? "Customer" : role === "ai" ? "Assistant" : item.by === null ? "Agent" : item.by === me ? "You" : called(item.by);
      return (
        <li className={`said ${role}`}>
          <p className="by">{by} <At at={item.at} now={now} /></p>
          {role === "customer" ? <p className="words plain" dir="auto" lang={language}>{text}</p> : <div className="words" dir="auto"><Markdown text={text} /></div>}
        </li>
      );
    }
  }
}

function At({ at, now }: { at: string | null; now: number }) {
  if (at === null) return null;
  return <time dateTime={at} title={wholeMoment(at)}>{moment(at, now)}</time>;
}
