import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "../lib/tokens.css";
import "./base.css";
import "./frame.css";
import "./queue.css";
import "./conversation.css";
import "./why.css";
import { Door } from "./door";
import { Entrance } from "./Entrance";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no place for the desk.");
const door = new Door();
void door.open();
createRoot(root).render(
  <StrictMode>
    <Entrance door={door} />
  </StrictMode>,
);
