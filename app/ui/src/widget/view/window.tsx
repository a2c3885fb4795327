/** The whole window: who is there, what was said, how things stand, and where one writes. */
import { type KeyboardEvent, useEffect, useRef, useSyncExternalStore } from "react";

import type { Talks } from "../talks";
import { directionOf, SpokenContext } from "../words";
import { Composer, type ComposerHandle } from "./composer";
import { Head } from "./head";
import { keepFocusIn } from "./focus";
import { Log } from "./log";
import { Situation } from "./situation";
import { useSpoken } from "./spoken";

const NARROW = "(max-width: 480px), (max-height: 480px)"; // as in launcher.css

export function Window({ talks }: { talks: Talks }) {
  const talk = useSyncExternalStore(talks.subscribe, talks.current);
  const standing = useSyncExternalStore(talk.subscribe, talk.standing);
  const { spoken, page } = useSpoken(talks.settings);
  const box = useRef<HTMLDivElement>(null);
  const composer = useRef<ComposerHandle>(null);
  const isFull = useMedia(NARROW);

  useEffect(() => {
    const place = box.current?.parentElement;
    const focus = () => {
      if (place?.dataset.focus !== "wanted") return;
      delete place.dataset.focus;
      composer.current?.focus();
    };
    focus();
    place?.addEventListener("shown", focus);
    return () => place?.removeEventListener("shown", focus);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.nativeEvent.isComposing) {
      event.stopPropagation();
      talks.host.close();
    }
    if (event.key === "Tab" && isFull && box.current) keepFocusIn(box.current, event);
  };

  return (
    <SpokenContext value={spoken}>
      <div
        ref={box} className="talk" role="dialog" aria-modal={isFull || undefined}
        aria-label={spoken.say("title")} lang={spoken.language} dir={directionOf(spoken.language)} onKeyDown={onKeyDown}
      >
        <Head standing={standing} onClose={() => talks.host.close()} />
        <Log standing={standing} talk={talk} />
        <Situation standing={standing} onTakeBack={page ? () => talk.write(page.back_phrase) : undefined} />
        <Composer
          ref={composer} limit={page?.message_characters ?? null} disabled={standing.line === "sign_in"}
          onWrite={(text) => talk.write(text)}
        />
      </div>
    </SpokenContext>
  );
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}
