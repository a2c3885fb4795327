import "../lib/tokens.css";
import "../lib/page.css";
import "../lib/entrance.css";
import "./debug.css";

import { openPage } from "../lib/open";
import { DebugPage } from "./page";

openPage("Handrail for developers", (api) => <DebugPage api={api} />);
