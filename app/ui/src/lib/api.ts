/** Call the routes under /handrail, with types made from their OpenAPI document. */
import type { Session } from "./session";

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  [more: string]: unknown;
}

/** What the server refused, in its own words. `code` is the last part of its type. */
export class Problem extends Error {
  readonly code: string;
  constructor(
    readonly status: number,
    readonly body: ProblemBody,
    readonly retryAfter: number | null = null,
  ) {
    super(body.detail);
    this.code = body.type.split(":").at(-1) ?? "unknown";
  }
}

/** The server was not reached: nobody knows whether the call was carried out. */
export class Unreachable extends Error {}

export interface Call {
  method?: "GET" | "POST";
  body?: unknown;
  key?: string; // Idempotency-Key: the same act, sent again
  signal?: AbortSignal;
  seconds?: number;
}

const SECONDS = 70; // an act waits behind the customer's turn

export class Api {
  /** `base` is the address of the server, with no slash at its end. */
  constructor(
    readonly base: string,
    readonly session: Session,
  ) {}

  /** Return headers with the token in force, and the token itself. */
  async headers(): Promise<{ headers: Record<string, string>; token: string | null }> {
    const token = await this.session.token();
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    return { headers, token };
  }

  /** Call a route. Raises Problem or Unreachable. A refused token is asked for once more. */
  async call<T>(path: string, call: Call = {}): Promise<T> {
    const first = await this.#once(path, call);
    const answer = first.status === 401 ? await this.#once(path, call) : first;
    if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
    throw await problemIn(answer);
  }

  async #once(path: string, { method = "GET", body, key, signal, seconds = SECONDS }: Call): Promise<Response> {
    const { headers, token } = await this.headers();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    const limit = AbortSignal.timeout(seconds * 1000);
    let answer: Response;
    try {
      answer = await fetch(this.base + path, {
        method,
        headers,
        cache: "no-store",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Unreachable("The server cannot be reached.", { cause: error });
    }
    if (answer.status === 401) this.session.refused(token);
    return answer;
  }
}

/** Return an answer that is no success as a problem, whatever its body is. */
export async function problemIn(answer: Response): Promise<Problem> {
  const nothing = { type: "urn:handrail:problem:unknown", title: answer.statusText, status: answer.status };
  const body: unknown = await answer.json().catch(() => null);
  const said = typeof body === "object" && body !== null ? (body as Partial<ProblemBody>) : {};
  const detail = typeof said.detail === "string" ? said.detail : `The server answered ${answer.status}.`;
  const wait = Number(answer.headers.get("Retry-After"));
  return new Problem(answer.status, { ...nothing, ...said, detail }, wait > 0 ? wait : null);
}

/** Return the address of the server that this page came from: what stands before /handrail/. */
export function ownServer(location: Location = window.location): string {
  const [before = ""] = location.pathname.split("/handrail/");
  return location.origin + before;
}
