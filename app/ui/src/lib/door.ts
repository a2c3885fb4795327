/** Who works on this page: asked for at the start, and again when the server knows them no more. */
import { Api, ownServer, Problem, Unreachable } from "./api";
import type { components } from "./openapi";
import { pageSession, paste } from "./session";
import { Store } from "./store";

export type Me = components["schemas"]["Me"];

export type Entry =
  | { phase: "asking" }
  | { phase: "in"; api: Api; me: Me }
  | { phase: "out"; why: "no_token" | "refused" | "customer" | "ended"; detail: string }
  | { phase: "unreachable"; detail: string };

export class Door {
  readonly store = new Store<Entry>({ phase: "asking" });

  async open(): Promise<void> {
    const api = new Api(ownServer(), pageSession());
    try {
      const me = await api.call<Me>("/handrail/me");
      const isTheirs = me.role === "agent" || me.role === "service";
      this.store.set(isTheirs ? { phase: "in", api, me } : { phase: "out", why: "customer", detail: me.name ?? me.id });
    } catch (error) {
      this.store.set(await without(api, error));
    }
  }

  /** The server knows this agent no more. What was being written is kept by this browser. */
  readonly ended = (): void => {
    this.store.set({ phase: "out", why: "ended", detail: "" });
  };

  async signIn(token: string | null): Promise<void> {
    paste(token);
    this.store.set({ phase: "asking" });
    await this.open();
  }
}

async function without(api: Api, error: unknown): Promise<Entry> {
  const detail = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Problem) || error.status !== 401) {
    const lost = error instanceof Unreachable || error instanceof Problem;
    return { phase: "unreachable", detail: lost ? detail : `You could not be signed in: ${detail}` };
  }
  const token = await api.session.token().catch(() => null);
  return { phase: "out", why: token ? "refused" : "no_token", detail };
}
