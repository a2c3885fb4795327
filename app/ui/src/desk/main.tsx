import "../lib/tokens.css";
import "../lib/entrance.css";
import "./base.css";
import "./frame.css";
import "./queue.css";
import "./conversation.css";
import "./why.css";

import { useState } from "react";

import type { Api } from "../lib/api";
import type { Door, Me } from "../lib/door";
import { openPage } from "../lib/open";
import { Desk } from "./Desk";
import { Routes } from "./routes";

function DeskOf({ api, me, door }: { api: Api; me: Me; door: Door }) {
  const [routes] = useState(() => new Routes(api));
  return <Desk routes={routes} me={me} door={door} />;
}

openPage("Handrail Desk", (api, me, door) => <DeskOf key={me.id} api={api} me={me} door={door} />);
