/**
 * Who works on this page, and by which token. A token is kept in memory and, when somebody pasted
 * it, for this tab; it never stands in an address.
 */

export type TokenSource = () => Promise<string | null>;

const KEPT = "handrail.token";

/** Return where the host product hands out tokens: the page's <meta name="handrail-token-url">. */
export function tokenUrl(): string | null {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="handrail-token-url"]');
  return meta?.content || null;
}

/** Ask the host product for a token of whoever is signed in there. It answers {"token": "..."}. */
export function tokensFrom(url: string): TokenSource {
  return async () => {
    const answer = await fetch(url, { credentials: "include", cache: "no-store" });
    if (answer.status === 401 || answer.status === 204) return null;
    if (!answer.ok) throw new Error(`The sign-in of your product answered ${answer.status}.`);
    const body = (await answer.json()) as { token?: unknown };
    return typeof body.token === "string" ? body.token : null;
  };
}

/** The token of this page: asked for when it is first needed, and again when it is refused. */
export class Session {
  #token: string | null | undefined;
  #asking: Promise<string | null> | undefined;

  constructor(private readonly source: TokenSource) {}

  async token(): Promise<string | null> {
    if (this.#token !== undefined) return this.#token;
    this.#asking ??= this.source().finally(() => (this.#asking = undefined));
    this.#token = await this.#asking;
    return this.#token;
  }

  /** Forget a token that the server refused; return whether another one may be had. */
  refused(token: string | null): void {
    if (this.#token === token) this.#token = undefined;
  }
}

/** Return the session of a page of the desk: the host's tokens, or one that is pasted. */
export function pageSession(): Session {
  const url = tokenUrl();
  const hosts = url ? tokensFrom(url) : null;
  return new Session(async () => (hosts ? await hosts() : null) ?? pasted());
}

export function pasted(): string | null {
  return sessionStorage.getItem(KEPT);
}

export function paste(token: string | null): void {
  if (token) sessionStorage.setItem(KEPT, token);
  else sessionStorage.removeItem(KEPT);
}
