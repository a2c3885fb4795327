/** The conversation, as the launcher mounts it in its shadow root. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import type { Conversation, ConversationModule } from "./contract";
import css from "./conversation.css?inline";
import { sheetOf } from "./sheets";
import { Talks } from "./talks";
import { followVisible } from "./visible";
import { Window } from "./view/window";

export const mount: ConversationModule["mount"] = (root, place, settings, host, source): Conversation => {
  root.adoptedStyleSheets.push(sheetOf(css));
  followVisible(place);
  const talks = new Talks(settings, host, source);
  createRoot(place).render(
    <StrictMode>
      <Window talks={talks} />
    </StrictMode>,
  );
  return {
    shown: (open, focus) => {
      talks.shown(open);
      if (!open || !focus) return;
      place.dataset.focus = "wanted"; // it may not be rendered yet
      place.dispatchEvent(new Event("shown"));
    },
    identify: (source) => talks.identify(source),
    signOut: () => talks.signOut(),
  };
};
