import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { Door, type Me } from "./door";
import { Entrance } from "./entrance";

const INES: Me = { id: "ines", name: "Ines", role: "agent", customer_id: null, verified: false, developer: false };

/** Serve /handrail/me to whoever has one of these tokens. */
function serve(people: Record<string, Me>) {
  vi.stubGlobal(
    "fetch",
    vi.fn<typeof fetch>((_, init) => {
      const token = new Headers(init?.headers).get("Authorization")?.replace("Bearer ", "") ?? "";
      const me = people[token];
      const body = me ?? { type: "urn:handrail:problem:unauthorized", title: "", status: 401, detail: "Who are you?" };
      return Promise.resolve(new Response(JSON.stringify(body), { status: me ? 200 : 401 }));
    }),
  );
  const door = new Door();
  void door.open();
  render(<Entrance door={door} page="Insights">{(_, me) => <p>Hello {me.name}</p>}</Entrance>);
}

async function give(token: string) {
  fireEvent.change(await screen.findByLabelText("Token of an agent"), { target: { value: token } });
  fireEvent.click(screen.getByRole("button", { name: "Sign in with it" }));
}

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

test("without a token the card asks for one, and a good one opens the page", async () => {
  serve({ good: INES });
  await give("good");
  expect(await screen.findByText("Hello Ines")).toBeTruthy();
});

test("a token that is refused is told, and the next one is tried", async () => {
  serve({ good: INES });
  await give("bad");
  expect((await screen.findByRole("alert")).textContent).toContain("was not accepted");
  await give("good");
  expect(await screen.findByText("Hello Ines")).toBeTruthy();
});

test("where no token is needed there is no card", async () => {
  serve({ "": { ...INES, name: "you", role: "service", developer: true } });
  expect(await screen.findByText("Hello you")).toBeTruthy();
});

test("a customer is told that the page is not theirs", async () => {
  serve({ theirs: { ...INES, role: "customer" } });
  await give("theirs");
  expect((await screen.findByRole("alert")).textContent).toContain("for agents");
});
