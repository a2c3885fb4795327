/** Who writes: whoever is signed in at the host, or a visitor, to whom the server gives a token. */
import { Api, Problem } from "../lib/api";
import { Session, type TokenSource, tokensFrom } from "../lib/session";
import type { Settings } from "./contract";
import { KeptVisitor, type Visitor } from "./kept";

export type Who = { kind: "customer"; id: string } | { kind: "visitor" } | { kind: "nobody" };

const VISITOR = "visitor";

export class Identity {
  readonly api: Api;
  readonly #visitor: KeptVisitor;
  #asked: Promise<string | null> | undefined;
  #customer: string | null = null;

  /** `onSwitch` is called where the host's tokens are somebody else's now. */
  constructor(
    readonly settings: Settings,
    readonly source: TokenSource | null,
    readonly onSwitch: () => void,
  ) {
    this.#visitor = new KeptVisitor(settings.server);
    this.api = new Api(settings.server, new Session(() => this.#token()));
  }

  /** Say who is there. No visitor is made before they write. Raises Unreachable or Problem. */
  async who(): Promise<Who> {
    this.#asked ??= this.#host();
    const token = await this.#asked;
    if (token === null) return this.settings.visitors ? { kind: "visitor" } : { kind: "nobody" };
    this.#customer = subjectOf(token);
    const id = this.#customer ?? (await this.api.call<{ id: string }>("/handrail/me")).id;
    return { kind: "customer", id };
  }

  /** Under which name this browser keeps what is theirs. */
  static nameOf(who: Who): string {
    return who.kind === "customer" ? `user:${who.id}` : VISITOR;
  }

  async #host(): Promise<string | null> {
    const source = this.source ?? (this.settings.tokenUrl ? tokensFrom(this.settings.tokenUrl) : null);
    return source ? await source() : null;
  }

  async #token(): Promise<string | null> {
    const first = this.#asked;
    this.#asked = undefined;
    const token = await (first ?? this.#host());
    if (token === null && this.#customer === null) return this.#visitorToken(first === undefined);
    if (this.#customer !== null && (token === null || subjectOf(token) !== this.#customer)) this.onSwitch();
    return token;
  }

  #issued = false;

  /** A token that was refused, or has run out, is replaced by a new visitor's. */
  async #visitorToken(again: boolean): Promise<string | null> {
    if (!this.settings.visitors) return null;
    const kept = this.#visitor.read();
    if (kept && !(again && this.#issued)) {
      this.#issued = true;
      return kept.token;
    }
    this.#visitor.keep(null);
    const bare = new Api(this.settings.server, new Session(() => Promise.resolve(null)));
    try {
      const visitor = await bare.call<Visitor>("/handrail/visitors", { method: "POST" });
      this.#visitor.keep({ token: visitor.token, expires_at: visitor.expires_at });
      this.#issued = true;
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
