/** Whether what was resolved stayed so, for each path by itself. */
import { Card } from "./card";
import { type Insights, PATHS } from "./insights";
import { Interval } from "./interval";
import { durableTable } from "./tables";
import { count, PATH_NAMES, percent } from "./words";

export function DurableByPath({ found, period }: { found: Insights; period: string }) {
  return (
    <Card
      title="Durable resolution by path"
      about={`Resolved, and the customer did not come back about it within ${found.bars.window_days} days. Younger ones are not counted yet.`}
      table={durableTable(found)}
      period={period}
    >
      <ul className="durable">
        {PATHS.map((path) => {
          const { value, low, high, n, withheld } = found.durable[path];
          return (
            <li key={path}>
              <strong>{PATH_NAMES[path]}</strong>
              {value === null || low === null || high === null ? (
                <span className="small">Withheld: {withheld}</span>
              ) : (
                <>
                  <Interval value={value} low={low} high={high} />
                  <span className="small">
                    {percent(value)} stayed resolved ({percent(low)} to {percent(high)}), {percent(1 - value)} reopened, n
                    = {count(n)}
                  </span>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
