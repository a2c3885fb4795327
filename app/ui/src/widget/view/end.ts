/** Stay at the end of the log, unless the reader has scrolled up: then say that there is more. */
import { type RefObject, useEffect, useRef, useState } from "react";

const NEAR = 48; // pixels from the end that count as the end

type Box = RefObject<HTMLDivElement | null>;

export interface End {
  isBehind: boolean;
  onScroll: () => void;
  go: () => void;
}

/** `received` counts what came in, `written` what the customer has just sent. */
export function useEnd(box: Box, content: Box, received: number, written: number): End {
  const atEnd = useRef(true);
  const height = useRef(0);
  const [seen, setSeen] = useState(received);
  const [isAway, setAway] = useState(false);

  useEffect(() => {
    if (written === 0) return;
    atEnd.current = true;
    toEnd(box.current);
  }, [box, written]);

  useEffect(() => {
    if (!content.current || !box.current) return;
    const observer = new ResizeObserver(() => {
      height.current = heightOf(box.current);
      if (atEnd.current) toEnd(box.current);
    });
    observer.observe(content.current);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, content]);

  const onScroll = () => {
    const element = box.current;
    // What is shown has changed, and moved with it: nobody has scrolled.
    if (!element || heightOf(element) !== height.current) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    setAway(!atEnd.current);
    setSeen(received);
  };
  const go = () => {
    atEnd.current = true;
    toEnd(box.current);
  };
  return { isBehind: isAway && received > seen, onScroll, go };
}

function toEnd(box: HTMLDivElement | null): void {
  box?.scrollTo({ top: box.scrollHeight });
}

function heightOf(box: HTMLDivElement | null): number {
  return box ? box.scrollHeight - box.clientHeight : 0;
}
