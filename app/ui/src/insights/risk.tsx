/** What another confidence threshold would have let through, among what people reviewed. */
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";

import { Card, Withheld } from "./card";
import { Chart, Legend, TICK, TIP } from "./chart";
import type { Insights } from "./insights";
import { riskTable } from "./tables";
import { percent } from "./words";

const KEYS = [
  { name: "Stays with the AI", mark: "line" },
  { name: "Of these wrong, with 95 % interval", mark: "band" },
  { name: "Threshold in force", mark: "threshold" },
] as const;

export function Risk({ found, period }: { found: Insights; period: string }) {
  const { points, threshold, n, withheld } = found.risk_coverage;
  const rows = points.map(({ threshold: at, coverage, risk }) => ({
    at,
    Coverage: coverage,
    Wrong: risk.value,
    "95 % interval": risk.low === null || risk.high === null ? null : [risk.low, risk.high],
  }));
  const now = points.find((point) => point.threshold === threshold);
  const told =
    now && now.risk.value !== null
      ? `At the threshold in force, ${threshold}, ${percent(now.coverage)} stay with the AI and ${percent(now.risk.value)} of these are wrong.`
      : `The threshold in force is ${threshold}.`;
  return (
    <Card
      title="Risk and coverage of the confidence threshold"
      about="Move the threshold up, and less stays with the AI and less of it is wrong: by how much, in conversations that people reviewed. What was handed over is never reviewed, so nothing is known below the thresholds that were in force."
      table={riskTable(found)}
      period={period}
    >
      {withheld !== null ? (
        <Withheld why={`${withheld}.`}>
          <p>
            <code>handrail audit sample</code> draws conversations to review, and{" "}
            <code>handrail audit verdict</code> keeps what was found. The threshold in force is {threshold}.
          </p>
        </Withheld>
      ) : (
        <>
          <p className="small">
            {told} From {n} reviewed conversations.
          </p>
          <Legend keys={KEYS} />
          <Chart told={told} height={260}>
            <ComposedChart data={rows} margin={{ left: 0, right: 16, top: 8 }} accessibilityLayer={false}>
              <CartesianGrid stroke="var(--line)" vertical={false} />
              <XAxis
                type="number"
                dataKey="at"
                domain={[(least: number) => Math.min(least, threshold) - 0.02, 1]}
                tickFormatter={(at: number) => at.toFixed(2)}
                tick={TICK}
                stroke="var(--line)"
              />
              <YAxis domain={[0, 1]} tickFormatter={(share: number) => percent(share, 0)} width={52} tick={TICK} stroke="var(--line)" />
              <Tooltip {...TIP} formatter={said} labelFormatter={(at) => `Threshold ${Number(at).toFixed(2)}`} />
              <Area dataKey="95 % interval" type="stepBefore" stroke="none" fill="var(--chart-bad)" fillOpacity={0.25} isAnimationActive={false} />
              <Line dataKey="Wrong" type="stepBefore" stroke="var(--chart-bad)" strokeWidth={2} dot={false} isAnimationActive={false} />
              <Line dataKey="Coverage" type="stepBefore" stroke="var(--act)" strokeWidth={2} dot={false} isAnimationActive={false} />
              <ReferenceLine x={threshold} stroke="var(--ink)" strokeDasharray="4 3" label={{ value: threshold, fill: "var(--ink)", fontSize: 12, position: "insideTopLeft" }} />
            </ComposedChart>
          </Chart>
        </>
      )}
    </Card>
  );
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map((end) => percent(Number(end))).join(" to ");
  return percent(Number(value));
}
