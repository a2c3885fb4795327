/** Why conversations went to people. */
import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from "recharts";

import { Card } from "./card";
import { Chart, Legend, TICK, TIP } from "./chart";
import type { Insights } from "./insights";
import { reasonsTable } from "./tables";
import { label, times } from "./words";

const KEYS = [
  { name: "First reason", mark: "first" },
  { name: "Also mentioned", mark: "mentioned" },
] as const;

export function Reasons({ found, period }: { found: Insights; period: string }) {
  const rows = found.escalations.map((it) => ({
    name: label(it.reason),
    "First reason": it.first,
    "Also mentioned": it.mentioned - it.first,
  }));
  const most = found.escalations[0];
  return (
    <Card
      title="Handed over, by reason"
      about="A handoff can have several reasons; the most urgent comes first."
      table={reasonsTable(found)}
      period={period}
    >
      {most === undefined ? (
        <p className="empty">Nothing was handed over in this period.</p>
      ) : (
        <>
          <Legend keys={KEYS} />
          <Chart
            told={`Bars of handoffs by reason. Most often first: ${label(most.reason)}, ${times(most.first, "handoff")}.`}
            height={rows.length * 34 + 36}
          >
            <BarChart data={rows} layout="vertical" margin={{ left: 0, right: 16, top: 4 }} accessibilityLayer={false}>
              <CartesianGrid horizontal={false} stroke="var(--line)" />
              <XAxis type="number" allowDecimals={false} tick={TICK} stroke="var(--line)" />
              <YAxis type="category" dataKey="name" width={116} tick={TICK} stroke="var(--line)" interval={0} />
              <Tooltip {...TIP} />
              <Bar dataKey="First reason" stackId="one" fill="var(--act)" barSize={16} stroke="var(--card)" isAnimationActive={false} />
              <Bar dataKey="Also mentioned" stackId="one" fill="var(--chart-pale)" barSize={16} stroke="var(--card)" isAnimationActive={false} />
            </BarChart>
          </Chart>
        </>
      )}
    </Card>
  );
}
