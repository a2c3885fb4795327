/** Whoever opens a page of the desk: the server is asked who that is, and a card asks for a token. */
import { useCallback, useEffect, useState } from "react";
import type { ReactNode, SubmitEvent } from "react";

import { type Api, Problem } from "./api";
import { paste, pasted } from "./session";

export interface Me {
  id: string;
  name: string | null;
  role: "customer" | "agent" | "service" | null;
  customer_id: string | null;
  verified: boolean;
  developer: boolean;
}

type Standing = { is: "asking" } | { is: "in"; me: Me } | { is: "out"; why: string | null };

/** Return why somebody may not work here, null where they may. */
export function refusal(me: Me): string | null {
  if (me.developer || me.role === "agent" || me.role === "service") return null;
  return "This page is for the people of the desk. The token you are signed in with is a customer's.";
}

async function whoIsIt(api: Api): Promise<Standing> {
  try {
    const me = await api.call<Me>("/handrail/me");
    const why = refusal(me);
    return why === null ? { is: "in", me } : { is: "out", why };
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      return { is: "out", why: pasted() ? "The server did not accept this token. It may have expired." : null };
    }
    return { is: "out", why: error instanceof Error ? error.message : "The server cannot be asked." };
  }
}

/** Show the page to who may work on it, and the sign-in card to everybody else. */
export function SignedIn({ api, page, children }: { api: Api; page: string; children: (me: Me) => ReactNode }) {
  const [standing, setStanding] = useState<Standing>({ is: "asking" });
  useEffect(() => {
    let here = true;
    void whoIsIt(api).then((found) => here && setStanding(found));
    return () => {
      here = false;
    };
  }, [api]);
  const enter = useCallback(
    (token: string) => {
      const last = pasted();
      paste(token || null);
      api.session.refused(last);
      setStanding({ is: "asking" });
      void whoIsIt(api).then(setStanding);
    },
    [api],
  );
  if (standing.is === "in") return children(standing.me);
  if (standing.is === "asking") return <p className="signin-asking" role="status">Signing in</p>;
  return <SignInCard page={page} why={standing.why} onToken={enter} />;
}

function SignInCard({ page, why, onToken }: { page: string; why: string | null; onToken: (token: string) => void }) {
  const [token, setToken] = useState("");
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    onToken(token.trim());
  };
  return (
    <main className="signin">
      <form className="signin-card" onSubmit={send}>
        <h1>{page}</h1>
        <p>Sign in through your own product, or paste a token that it has signed for you.</p>
        {why !== null && (
          <p className="signin-why" role="alert">
            {why}
          </p>
        )}
        <label htmlFor="signin-token">Token</label>
        <input
          id="signin-token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit">{token.trim() ? "Sign in" : "Try again"}</button>
        <p className="signin-hint">
          It is kept for this tab only. Set <code>HANDRAIL_DESK_TOKEN_URL</code> on the server, and whoever is signed
          in to your product needs none.
        </p>
      </form>
    </main>
  );
}
