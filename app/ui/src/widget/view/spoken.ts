/** Load the words of the window, and try again while the server cannot be reached. */
import { useEffect, useState } from "react";

import { Api, Problem, Unreachable } from "../../lib/api";
import { Session } from "../../lib/session";
import type { Settings, Words } from "../contract";
import { saying, type Spoken } from "../words";

const PAUSE = 5000;

// Where the server cannot be reached, its words cannot either.
const WITHOUT_SERVER = {
  title: "Chat",
  close: "Close the chat",
  conversation: "Conversation",
  message_label: "Your message",
  placeholder: "Write a message",
  send: "Send",
  unavailable: "The chat cannot be reached just now. Please try again in a little while.",
};

export function useSpoken(settings: Settings): { spoken: Spoken; page: Words | null } {
  const [page, setPage] = useState<Words | null>(null);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const api = new Api(settings.server, new Session(() => Promise.resolve(null)));
    const load = async () => {
      try {
        const path = `/handrail/widget/words?language=${encodeURIComponent(settings.language.slice(0, 35))}`;
        const words = await api.call<Words>(path);
        if (!isOver) setPage(words);
      } catch (error) {
        if (!(error instanceof Unreachable || error instanceof Problem)) throw error;
        timer = setTimeout(() => void load(), PAUSE);
      }
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [settings]);
  const spoken = { say: saying(page?.words ?? WITHOUT_SERVER), language: page?.language ?? "en" };
  return { spoken, page };
}
