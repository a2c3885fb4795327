/** Read what the server keeps of a conversation as what a customer sees. */

export interface Citation {
  id: string;
  title: string;
  url: string;
  quote: string;
}

export interface Said {
  id: string;
  author: "customer" | "ai" | "human";
  name: string | null;
  text: string;
  at: string | null;
  citations: Citation[];
}

/** The part of a thread's state that the window shows. */
export interface Values {
  messages?: unknown[];
  notice?: string | null;
  owner?: "ai" | "human" | "closed";
}

interface Message {
  id?: string;
  type?: string;
  name?: string | null;
  content?: unknown;
  additional_kwargs?: { handrail?: { author?: string; by?: string; at?: string; citations?: Citation[] } };
}

/** Return the messages that are to be shown. Empty ones are marks, and others are not for reading. */
export function saidIn(messages: readonly unknown[]): Said[] {
  return messages.flatMap((each): Said[] => {
    const message = each as Message;
    const text = textOf(message.content);
    if (!message.id || !text.trim()) return [];
    if (message.type === "human") {
      return [{ id: message.id, author: "customer", name: null, text, at: null, citations: [] }];
    }
    if (message.type !== "ai" && message.type !== "AIMessageChunk") return [];
    const noted = message.additional_kwargs?.handrail ?? {};
    const author = noted.author === "human" ? "human" : "ai";
    const citations = (noted.citations ?? []).filter(unlike);
    return [{
      id: message.id,
      author,
      name: author === "human" ? (message.name ?? noted.by ?? null) : null,
      text: withoutSources(text, citations),
      at: noted.at ?? null,
      citations,
    }];
  });
}

/** Return the ids of all messages, those that are not shown too. */
export function idsIn(messages: readonly unknown[]): Set<string> {
  return new Set(messages.map((each) => (each as Message).id ?? ""));
}

export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: unknown) => (typeof part === "string" ? part : ((part as { text?: string }).text ?? ""))).join("");
}

const LEAD = 14; // "Source: " in any of our languages, and what Markdown puts around it

/** Leave out the lines that name the articles, which stand below as links. */
export function withoutSources(text: string, citations: readonly Citation[]): string {
  const isSource = (line: string) =>
    citations.some(({ title, url }) => {
      if (!title || !line.includes(title)) return false;
      const rest = line.replace(title, "").replace(url, "").trim();
      return rest.length <= LEAD && rest.includes(":");
    });
  const lines = text.split("\n").filter((line) => !isSource(line));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

function unlike(citation: Citation, place: number, all: readonly Citation[]): boolean {
  return all.findIndex((one) => one.title === citation.title && one.quote === citation.quote) === place;
}
