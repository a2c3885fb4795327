/** How soon each queue gave its first reply, against its own time. */
import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from "recharts";

import { Card } from "./card";
import { Chart, Legend, TICK, TIP } from "./chart";
import type { Insights } from "./insights";
import { queuesTable } from "./tables";
import { minutes, times } from "./words";

const KEYS = [
  { name: "In time", mark: "in-time" },
  { name: "Late", mark: "late" },
  { name: "Waiting", mark: "waiting" },
  { name: "Closed unanswered", mark: "unanswered" },
] as const;

export function Queues({ found, period }: { found: Insights; period: string }) {
  const rows = found.queues.map((it) => ({
    name: it.queue,
    "In time": it.in_time,
    Late: it.late,
    Waiting: it.waiting,
    "Closed unanswered": it.closed_unanswered,
  }));
  const overdue = found.queues.filter((it) => it.overdue > 0);
  return (
    <Card
      title="First reply, by queue"
      about="Each handoff by its first human reply. The median runs by the clock on the wall."
      table={queuesTable(found)}
      period={period}
    >
      {rows.length === 0 ? (
        <p className="empty">No queue had a handoff in this period.</p>
      ) : (
        <>
          <Legend keys={KEYS} />
          <Chart told={`Bars of handoffs by queue: in time, late, waiting, closed unanswered. ${times(rows.length, "queue")}.`} height={rows.length * 34 + 36}>
            <BarChart data={rows} layout="vertical" margin={{ left: 0, right: 16, top: 4 }} accessibilityLayer={false}>
              <CartesianGrid horizontal={false} stroke="var(--line)" />
              <XAxis type="number" allowDecimals={false} tick={TICK} stroke="var(--line)" />
              <YAxis type="category" dataKey="name" width={116} tick={TICK} stroke="var(--line)" interval={0} />
              <Tooltip {...TIP} />
              <Bar dataKey="In time" stackId="one" fill="var(--chart-good)" barSize={16} stroke="var(--card)" isAnimationActive={false} />
              <Bar dataKey="Late" stackId="one" fill="var(--chart-bad)" barSize={16} stroke="var(--card)" isAnimationActive={false} />
              <Bar dataKey="Waiting" stackId="one" fill="var(--chart-pale)" barSize={16} stroke="var(--card)" isAnimationActive={false} />
              <Bar dataKey="Closed unanswered" stackId="one" fill="var(--chart-grey)" barSize={16} stroke="var(--card)" isAnimationActive={false} />
            </BarChart>
          </Chart>
          <ul className="queues">
            {found.queues.map((it) => (
              <li key={it.queue}>
                <span>{it.queue}</span>
                <span className="small">
                  {it.median_minutes === null ? "no reply yet" : `median ${minutes(it.median_minutes)}`}
                </span>
              </li>
            ))}
          </ul>
          {overdue.length > 0 && (
            <p className="alarm">
              Overdue now: {overdue.map((it) => `${it.overdue} in ${it.queue}`).join(", ")}.
            </p>
          )}
        </>
      )}
    </Card>
  );
}
