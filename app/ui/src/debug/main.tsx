import "../lib/tokens.css";
import "../lib/page.css";
import "../lib/entrance.css";
import "./debug.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Door } from "../lib/door";
import { Entrance } from "../lib/entrance";
import { DebugPage } from "./page";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no place for itself.");
const door = new Door();
void door.open();
createRoot(root).render(
  <StrictMode>
    <Entrance door={door} page="Handrail for developers">{(api) => <DebugPage api={api} />}</Entrance>
  </StrictMode>,
);
