/** Insights: what a period shows, for whoever answers for support. */
import { useMemo } from "react";

import type { Api } from "../lib/api";
import { Channels } from "./channels";
import { Confidence } from "./confidence";
import { PeriodControls, periodName } from "./controls";
import { CsatByPath } from "./csat";
import { DurableByPath } from "./durable";
import { type Insights, isEmpty } from "./insights";
import { asked, daysOf, fault } from "./period";
import { DeflectionCard, QualityBars } from "./quality";
import { Queues } from "./queues";
import { Reasons } from "./reasons";
import { Risk } from "./risk";
import { useInsights } from "./use-insights";
import { useView } from "./use-view";

export function InsightsPage({ api }: { api: Api }) {
  const [view, show] = useView();
  // "Today" is asked for once per view: a page that is left open overnight moves on at the next click.
  const now = useMemo(() => new Date(), [view]); // eslint-disable-line react-hooks/exhaustive-deps
  const days = daysOf(view.period, now);
  const question = fault(days) === null ? asked(days, view.channel) : null;
  const { found, busy, failure, again } = useInsights(api, question);
  const named = periodName(view, now);
  return (
    <>
      <header className="top">
        <div>
          <h1>Insights</h1>
          <p className="about">
            Conversations that began {named.words}
            {view.channel !== null && ` on ${view.channel}`}. Days are those of UTC.
          </p>
        </div>
        <button type="button" className="print" onClick={() => window.print()}>
          Print
        </button>
      </header>
      <PeriodControls view={view} days={days} channels={Object.keys(found?.channels ?? {})} onView={show} />
      <main aria-busy={busy}>
        <p className="out-of-sight" role="status">
          {busy ? "Reading the figures" : failure === null ? "The figures are up to date" : ""}
        </p>
        {failure !== null && <Failure why={failure} onAgain={again} />}
        {question !== null && found === null && busy && <Skeleton />}
        {question !== null && found !== null && <Shown found={found} period={named.file} dim={busy} />}
      </main>
    </>
  );
}

function Failure({ why, onAgain }: { why: string; onAgain: () => void }) {
  return (
    <div className="failure" role="alert">
      <div>
        <strong>The figures cannot be read.</strong>
        <p>{why}</p>
      </div>
      <button type="button" onClick={onAgain}>
        Try again
      </button>
    </div>
  );
}

function Shown({ found, period, dim }: { found: Insights; period: string; dim: boolean }) {
  return (
    <div className={dim ? "shown dim" : "shown"}>
      {isEmpty(found) && (
        <p className="nothing">
          Nothing began in this period. Choose a longer one, or come back when customers have written.
        </p>
      )}
      <CsatByPath found={found} period={period} />
      <div className="cards">
        <QualityBars found={found} period={period} />
        <DeflectionCard found={found} period={period} />
        <Reasons found={found} period={period} />
        <Queues found={found} period={period} />
        <DurableByPath found={found} period={period} />
        <Channels found={found} period={period} />
        <Risk found={found} period={period} />
        <Confidence found={found} period={period} />
      </div>
      <footer className="small">
        As of {found.as_of.slice(0, 16).replace("T", " ")} UTC. A figure on fewer than {found.bars.minimum} cases is
        withheld, and says what is missing.
      </footer>
    </div>
  );
}

function Skeleton() {
  return (
    <div className="skeleton" aria-hidden="true">
      <div className="paths">
        <span />
        <span />
        <span />
      </div>
      <div className="cards">
        <span />
        <span />
        <span />
        <span />
      </div>
    </div>
  );
}
