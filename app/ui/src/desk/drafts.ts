/** What an agent is writing, kept for each handoff in this browser until it is sent. */

export type Box = "reply" | "note";

const PREFIX = "handrail.desk.draft.";
const KEPT_DAYS = 14;
const DAY = 86_400_000;

interface Kept {
  text: string;
  at: number;
}

export class Drafts {
  /** `agent` keeps two people at one browser apart. */
  constructor(
    private readonly storage: Storage,
    private readonly agent: string,
    private readonly now: () => number = Date.now,
  ) {}

  read(handoff: string, box: Box): string {
    return parsed(this.storage.getItem(this.#key(handoff, box)))?.text ?? "";
  }

  /** Keep a text; an empty one is forgotten. A browser that keeps nothing does not stop the writing. */
  keep(handoff: string, box: Box, text: string): void {
    const key = this.#key(handoff, box);
    try {
      if (text) this.storage.setItem(key, JSON.stringify({ text, at: this.now() } satisfies Kept));
      else this.storage.removeItem(key);
    } catch {
      // The storage is full or forbidden: the text is still in its field.
    }
  }

  /** Forget what nobody has touched for two weeks: it holds words about customers. */
  prune(): void {
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? "");
    for (const key of keys.filter((each) => each.startsWith(PREFIX))) {
      const kept = parsed(this.storage.getItem(key));
      if (!kept || this.now() - kept.at > KEPT_DAYS * DAY) this.storage.removeItem(key);
    }
  }

  #key(handoff: string, box: Box): string {
    return `${PREFIX}${encodeURIComponent(this.agent)}.${handoff}.${box}`;
  }
}

function parsed(kept: string | null): Kept | null {
  if (kept === null) return null;
  try {
    const found = JSON.parse(kept) as Partial<Kept> | null;
    return typeof found?.text === "string" && typeof found.at === "number" ? { text: found.text, at: found.at } : null;
  } catch {
    return null;
  }
}
