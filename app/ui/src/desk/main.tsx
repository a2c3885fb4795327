import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

import "../lib/tokens.css";
import "../lib/entrance.css";
import "./base.css";
import "./frame.css";
import "./queue.css";
import "./conversation.css";
import "./why.css";
import type { Api } from "../lib/api";
import { Door, type Me } from "../lib/door";
import { Entrance } from "../lib/entrance";
import { Desk } from "./Desk";
import { Routes } from "./routes";

function DeskOf({ api, me }: { api: Api; me: Me }) {
  const [routes] = useState(() => new Routes(api));
  return <Desk routes={routes} me={me} door={door} />;
}

const root = document.getElementById("root");
if (!root) throw new Error("The page has no place for the desk.");
const door = new Door();
void door.open();
createRoot(root).render(
  <StrictMode>
    <Entrance door={door} page="Handrail Desk">{(api, me) => <DeskOf key={me.id} api={api} me={me} />}</Entrance>
  </StrictMode>,
);
