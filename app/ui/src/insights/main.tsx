import "../lib/tokens.css";
import "../lib/page.css";
import "../lib/entrance.css";
import "./insights.css";

import { openPage } from "../lib/open";
import { InsightsPage } from "./page";

openPage("Handrail Insights", (api) => <InsightsPage api={api} />);
