import "../lib/tokens.css";
import "../lib/page.css";
import "../lib/signin.css";
import "./insights.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Api, ownServer } from "../lib/api";
import { pageSession } from "../lib/session";
import { SignedIn } from "../lib/signin";
import { InsightsPage } from "./page";

const root = document.getElementById("root");
if (root) {
  const api = new Api(ownServer(), pageSession());
  createRoot(root).render(
    <StrictMode>
      <SignedIn api={api} page="Insights">
        {() => <InsightsPage api={api} />}
      </SignedIn>
    </StrictMode>,
  );
}
