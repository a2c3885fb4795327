/** How certain the turns were, by what came of them. */
import { Bar, BarChart, CartesianGrid, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";

import { Card } from "./card";
import { Chart, Legend, TICK, TIP } from "./chart";
import type { ConfidenceSpread, Insights } from "./insights";
import { confidenceTable } from "./tables";
import { times } from "./words";

const KEYS = [
  { name: "Answered", mark: "first" },
  { name: "Handed over", mark: "waiting" },
  { name: "Threshold in force", mark: "threshold" },
] as const;

function isEmpty({ bins, answered_unscored, handed_over_unscored }: ConfidenceSpread): boolean {
  return answered_unscored + handed_over_unscored === 0 && bins.every((it) => it.answered + it.handed_over === 0);
}

export function Confidence({ found, period }: { found: Insights; period: string }) {
  const { confidence: spread, risk_coverage: line } = found;
  const rows = spread.bins.map((it) => ({
    middle: (it.low + it.high) / 2,
    band: `${it.low.toFixed(2)} to ${it.high.toFixed(2)}`,
    Answered: it.answered,
    "Handed over": it.handed_over,
  }));
  return (
    <Card
      title="Confidence by outcome"
      about="Turns of the assistant by the confidence of its answer. A veto hands over whatever the number says."
      table={confidenceTable(found)}
      period={period}
    >
      {isEmpty(spread) ? (
        <p className="empty">The assistant decided nothing in this period.</p>
      ) : (
        <>
          <Legend keys={KEYS} />
          <Chart told={`Bars of turns by confidence: answered, and handed over. The threshold in force is ${line.threshold}.`} height={220}>
            <BarChart data={rows} margin={{ left: 0, right: 16, top: 8 }} accessibilityLayer={false}>
              <CartesianGrid stroke="var(--line)" vertical={false} />
              <XAxis type="number" dataKey="middle" domain={[0, 1]} ticks={[0, 0.2, 0.4, 0.6, 0.8, 1]} tick={TICK} stroke="var(--line)" />
              <YAxis allowDecimals={false} width={44} tick={TICK} stroke="var(--line)" />
              <Tooltip {...TIP} labelFormatter={(at) => bandAt(rows, Number(at))} />
              <Bar dataKey="Answered" stackId="one" fill="var(--act)" barSize={14} isAnimationActive={false} />
              <Bar dataKey="Handed over" stackId="one" fill="var(--chart-pale)" barSize={14} isAnimationActive={false} />
              <ReferenceLine x={line.threshold} stroke="var(--ink)" strokeDasharray="4 3" label={{ value: line.threshold, fill: "var(--ink)", fontSize: 12, position: "insideTopLeft" }} />
            </BarChart>
          </Chart>
          {spread.handed_over_unscored > 0 && (
            <p className="small">
              {times(spread.handed_over_unscored, "turn")} more went to a person before an answer was tried.
            </p>
          )}
        </>
      )}
    </Card>
  );
}

function bandAt(rows: readonly { middle: number; band: string }[], middle: number): string {
  return rows.find((row) => row.middle === middle)?.band ?? "";
}
