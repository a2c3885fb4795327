/** Who writes: whoever is signed in at the host, or a visitor, to whom the server gives a token. */
import { Api, Problem } from "../lib/api";
import { Session, type TokenSource, tokensFrom } from "../lib/session";
import type { Settings } from "./contract";
import { KeptVisitor, type Visitor } from "./kept";

export type Who = { kind: "customer"; id: string } | { kind: "visitor" } | { kind: "nobody" };

export class Identity {
  readonly api: Api;
  readonly #visitor: KeptVisitor;
  #who: Who | null = null;
  #subject: string | null = null;
  #first: string | null | undefined;
  #issued = false;
  #over = false;

  /** `onSwitch` is called where the host's tokens are somebody else's now. */
  constructor(
    readonly settings: Settings,
    readonly source: TokenSource | null,
    readonly onSwitch: () => void,
  ) {
    this.#visitor = new KeptVisitor(settings.server);
    this.api = new Api(settings.server, new Session(() => this.#token()));
  }

  /** Say who is there. No visitor is made before they write. Raises what the host or server does. */
  async who(): Promise<Who> {
    const token = await this.#host();
    if (token === null) return (this.#who = this.settings.visitors ? { kind: "visitor" } : { kind: "nobody" });
    this.#first = token;
    this.#subject = subjectOf(token);
    this.#who = { kind: "customer", id: this.#subject ?? "" };
    if (this.#subject === null) this.#who.id = (await this.api.call<{ id: string }>("/handrail/me")).id;
    return this.#who;
  }

  /** A call that is still under way makes no visitor and switches to nobody any more. */
  end(): void {
    this.#over = true;
  }

  async #host(): Promise<string | null> {
    const source = this.source ?? (this.settings.tokenUrl ? tokensFrom(this.settings.tokenUrl) : null);
    return source ? await source() : null;
  }

  async #token(): Promise<string | null> {
    if (this.#over) return null;
    if (this.#first !== undefined) {
      const first = this.#first;
      this.#first = undefined;
      return first;
    }
    if (this.#who?.kind === "visitor" && !this.#issued) return this.#visitorToken(false);
    const token = await this.#host();
    const isOther = this.#who?.kind === "visitor" ? token !== null : token === null || subjectOf(token) !== this.#subject;
    if (isOther) this.onSwitch();
    return this.#who?.kind === "visitor" && token === null ? this.#visitorToken(true) : token;
  }

  /** A token that was refused, or has run out, is replaced by a new visitor's. */
  async #visitorToken(again: boolean): Promise<string | null> {
    const kept = this.#visitor.read();
    this.#issued = true;
    if (kept && !again) return kept.token;
    this.#visitor.keep(null);
    const bare = new Api(this.settings.server, new Session(() => Promise.resolve(null)));
    try {
      const visitor = await bare.call<Visitor>("/handrail/visitors", { method: "POST" });
      this.#visitor.keep({ token: visitor.token, expires_at: visitor.expires_at });
      return visitor.token;
    } catch (error) {
      if (error instanceof Problem && error.code === "no_visitors") return null;
      throw error;
    }
  }
}

/** Read for whom a token was made, unchecked: only to keep two users of one browser apart. */
export function subjectOf(token: string): string | null {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const text = new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.codePointAt(0) ?? 0));
    const claims = JSON.parse(text) as { sub?: unknown };
    return typeof claims.sub === "string" ? claims.sub : null;
  } catch {
    return null;
  }
}
