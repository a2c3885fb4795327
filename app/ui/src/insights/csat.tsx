/** Satisfaction: a card for each path, side by side. Nothing stands over them. */
import { Withheld } from "./card";
import { Figures } from "./figures";
import { type Csat, type Insights, type Path, PATHS } from "./insights";
import { Interval } from "./interval";
import { csatTable } from "./tables";
import { PATH_NAMES, percent, times } from "./words";

const MEANS: Record<Path, string> = {
  ai: "Resolved by the assistant alone",
  human: "Resolved by a person",
  ai_then_human: "Answered by the assistant first, then resolved by a person",
};

export function CsatByPath({ found, period }: { found: Insights; period: string }) {
  return (
    <section aria-label="Satisfaction by path" className="group">
      <h2>Satisfaction by path</h2>
      <p className="about">
        The share of ratings that are 4 or 5. Each path stands for itself: they serve different customers, so adding
        them up would say nothing about either.
      </p>
      <div className="paths">
        {PATHS.map((path) => (
          <PathCard key={path} path={path} csat={found.csat[path]} bar={path === "ai" ? found.bars.csat_ai : null} />
        ))}
      </div>
      <Figures table={csatTable(found)} period={period} />
    </section>
  );
}

function PathCard({ path, csat, bar }: { path: Path; csat: Csat; bar: number | null }) {
  const { satisfied, low, high } = csat;
  const isShown = satisfied !== null && low !== null && high !== null;
  return (
    <div className="card path">
      <h3>{PATH_NAMES[path]}</h3>
      <p className="about">{MEANS[path]}</p>
      {isShown ? (
        <>
          <p className="big">
            {percent(satisfied)} <span>satisfied</span>
          </p>
          <Interval value={satisfied} low={low} high={high} bar={bar} />
          <p className="small">
            95 % interval {percent(low)} to {percent(high)}
            {bar !== null && `, the bar is ${percent(bar, 0)}`}
          </p>
        </>
      ) : (
        <Withheld why={csat.withheld ?? "No figure was given."} />
      )}
      <dl className="facts">
        <div>
          <dt>Ratings</dt>
          <dd>{csat.n}</dd>
        </div>
        <div>
          <dt>Response rate</dt>
          <dd>
            {csat.response_rate === null ? "–" : percent(csat.response_rate, 0)}
            <span> of {times(csat.surveyed, "survey")}</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}
