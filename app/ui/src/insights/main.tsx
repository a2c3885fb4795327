import "../lib/tokens.css";
import "../lib/page.css";
import "../lib/entrance.css";
import "./insights.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Door } from "../lib/door";
import { Entrance } from "../lib/entrance";
import { InsightsPage } from "./page";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no place for itself.");
const door = new Door();
void door.open();
createRoot(root).render(
  <StrictMode>
    <Entrance door={door} page="Handrail Insights">{(api) => <InsightsPage api={api} />}</Entrance>
  </StrictMode>,
);
