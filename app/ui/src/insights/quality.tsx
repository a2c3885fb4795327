/** The quality bars as a checklist, and the deflection figure that waits for all of them. */
import { Card, Withheld } from "./card";
import type { Insights, Rate } from "./insights";
import { Interval } from "./interval";
import { deflectionTable, qualityTable } from "./tables";
import { count, label, MEASURES, percent } from "./words";

const VERDICTS = {
  met: { word: "Met", mark: "M3 8.5 6.5 12 13 4.5" },
  missed: { word: "Not met", mark: "M4 4 12 12 M12 4 4 12" },
  unknown: { word: "Not enough data", mark: "M4 8h8" },
} as const;

function verdictOf(rate: Rate): keyof typeof VERDICTS {
  if (rate.holds === null) return "unknown";
  return rate.holds ? "met" : "missed";
}

export function QualityBars({ found, period }: { found: Insights; period: string }) {
  return (
    <Card
      title="Quality bars"
      about="A bar is met when the whole 95 % interval is on its right side, on enough cases."
      table={qualityTable(found)}
      period={period}
    >
      <ul className="bars">
        {Object.entries(found.quality).map(([name, rate]) => (
          <Bar key={name} name={name} rate={rate} />
        ))}
      </ul>
    </Card>
  );
}

function Bar({ name, rate }: { name: string; rate: Rate }) {
  const known = MEASURES[name];
  const verdict = verdictOf(rate);
  const { word, mark } = VERDICTS[verdict];
  return (
    <li>
      <span className={`verdict ${verdict}`}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={mark} />
        </svg>
        {word}
      </span>
      <div>
        <strong>{known?.name ?? label(name)}</strong>
        {known && <p className="about">{known.means}</p>}
      </div>
      <div className="bar-figure">
        {rate.value === null ? (
          <span className="small">{rate.withheld}</span>
        ) : (
          <>
            <strong>{percent(rate.value)}</strong>
            <span className="small">
              {rate.low !== null && rate.high !== null && `${percent(rate.low)} to ${percent(rate.high)}, `}n ={" "}
              {count(rate.n)}
            </span>
          </>
        )}
        {rate.bar !== null && (
          <span className="small">
            Bar: at {known?.floor ? "least" : "most"} {percent(rate.bar, 0)}
          </span>
        )}
      </div>
    </li>
  );
}

export function DeflectionCard({ found, period }: { found: Insights; period: string }) {
  const { value, low, high, numerator, denominator, withheld } = found.deflection;
  const isShown = value !== null && low !== null && high !== null && numerator !== null && denominator !== null;
  return (
    <Card
      title="Deflection"
      about="The share of what customers began that the assistant durably resolved. It is shown only while every quality bar is met."
      table={deflectionTable(found)}
      period={period}
    >
      {isShown ? (
        <>
          <p className="big">
            {percent(value)} <span>durably resolved by the assistant</span>
          </p>
          <Interval value={value} low={low} high={high} />
          <p className="small">
            {count(numerator)} of {count(denominator)} begun, 95 % interval {percent(low)} to {percent(high)}
          </p>
        </>
      ) : (
        <Withheld why={withheld.length > 0 ? "It waits for:" : "No figure was given."}>
          <ul>
            {withheld.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Withheld>
      )}
    </Card>
  );
}
