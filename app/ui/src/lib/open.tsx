/** Put a page of the desk into its document, behind the entrance. */
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";

import type { Api } from "./api";
import { Door, type Me } from "./door";
import { Entrance } from "./entrance";

export function openPage(page: string, children: (api: Api, me: Me, door: Door) => ReactNode): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("The document has no place for the page.");
  const door = new Door();
  void door.open();
  createRoot(root).render(
    <StrictMode>
      <Entrance door={door} page={page}>{(api, me) => children(api, me, door)}</Entrance>
    </StrictMode>,
  );
}
