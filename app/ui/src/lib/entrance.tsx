/** The page for who may work on it, and how to sign in for everybody else. */
import { type ReactNode, type SyntheticEvent, useState } from "react";

import type { Api } from "./api";
import type { Door, Entry, Me } from "./door";
import { tokenUrl } from "./session";
import { useStore } from "./store";

interface Props {
  door: Door;
  page: string;
  children: (api: Api, me: Me) => ReactNode;
}

export function Entrance({ door, page, children }: Props) {
  const entry = useStore(door.store);
  switch (entry.phase) {
    case "asking":
      return <main className="entrance" aria-busy="true"><p className="soft">Signing you in</p></main>;
    case "in":
      return children(entry.api, entry.me);
    case "unreachable":
      return (
        <main className="entrance">
          <section className="entrance-card">
            <h1>The server cannot be reached</h1>
            <p role="alert">{entry.detail}</p>
            <button className="main" onClick={() => void door.open()}>Try again</button>
          </section>
        </main>
      );
    case "out":
      return <SignIn entry={entry} door={door} page={page} />;
  }
}

const WHY = {
  no_token: "You are not signed in.",
  refused: "Your sign-in was not accepted.",
  ended: "Your sign-in has ended. What you were writing is kept; sign in and go on.",
} as const;

function SignIn({ entry, door, page }: { entry: Extract<Entry, { phase: "out" }>; door: Door; page: string }) {
  const [token, setToken] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim()) void door.signIn(token.trim());
  };
  const fromHost = tokenUrl() !== null;
  return (
    <main className="entrance">
      <section className="entrance-card">
        <h1>{page}</h1>
        {entry.why === "customer" ? (
          <p role="alert">This page is for agents. {entry.detail} is signed in as a customer.</p>
        ) : (
          <p role="alert">{WHY[entry.why]}{entry.why === "refused" && ` ${entry.detail}`}</p>
        )}
        <p>{fromHost ? "Sign in to your company's product, then load this page again." : "Sign-in comes from your company's product."}</p>
        {fromHost && <button className="main" onClick={() => void door.signIn(null)}>I have signed in</button>}
        <form onSubmit={submit}>
          <label>
            Token of an agent
            <input type="password" autoComplete="off" spellCheck={false} value={token} onChange={(event) => setToken(event.target.value)} />
          </label>
          <p className="soft">It is kept for this tab only.</p>
          <button className={fromHost ? "" : "main"} disabled={!token.trim()}>Sign in with it</button>
        </form>
        <p className="soft">
          For who runs the server: set <code>HANDRAIL_DESK_TOKEN_URL</code> in its environment to the address where your
          product hands out the token of whoever is signed in, and agents need no token here.
        </p>
      </section>
    </main>
  );
}
