/** What the launcher and the conversation, which are built apart, know of each other. */
import type { TokenSource } from "../lib/session";

export type EventName = "open" | "close" | "message" | "handoff" | "resolved" | "unread" | "error";

export interface Settings {
  /** The address of the server, with no slash at its end. */
  server: string;
  /** Where the host hands out the token of whoever is signed in there. */
  tokenUrl: string | null;
  /** Whether people who are not signed in may write, if the server lets them. */
  visitors: boolean;
  /** The language that was asked for, such as "de" or "pt-BR". */
  language: string;
}

/** The launcher, as the conversation sees it. */
export interface Host {
  close: () => void;
  tell: (event: EventName, detail: Record<string, unknown>) => void;
}

/** The conversation, as the launcher sees it. */
export interface Conversation {
  /** The window was opened or closed; `focus` says that who opened it goes on there. */
  shown: (open: boolean, focus: boolean) => void;
  /** Somebody else is there now; null asks for the token as at the start. */
  identify: (source: TokenSource | null) => void;
  /** Forget who was signed in, and what this browser keeps of them. */
  signOut: () => void;
}

export interface ConversationModule {
  /** `source` gives the tokens of whoever the page has named meanwhile. */
  mount: (root: ShadowRoot, place: HTMLElement, settings: Settings, host: Host, source: TokenSource | null) => Conversation;
}

/** What the server says of the words: GET /handrail/widget/words. */
export interface Words {
  language: string;
  words: Record<string, string>;
  back_phrase: string;
  message_characters: number;
  visitors: boolean;
  people_are_here: boolean;
  opens_at: string | null;
}
