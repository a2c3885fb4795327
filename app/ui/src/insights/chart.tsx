/** What the charts share: a frame with a name that is read out, and how axes look in any theme. */
import type { ReactNode } from "react";
import { ResponsiveContainer } from "recharts";

export const TICK = { fill: "var(--soft)", fontSize: 12 };
export const TIP = {
  contentStyle: {
    background: "var(--card)",
    border: "1px solid var(--line)",
    borderRadius: 6,
    color: "var(--ink)",
    fontSize: 13,
  },
  labelStyle: { color: "var(--ink)", fontWeight: 600 },
  itemStyle: { color: "var(--ink)" },
  cursor: { fill: "var(--act-soft)", opacity: 0.5 },
  isAnimationActive: false,
} as const;

/** The words of the chart stand in its name; the figures follow in a table. */
export function Chart({ told, height, children }: { told: string; height: number; children: ReactNode }) {
  return (
    <div className="chart" role="img" aria-label={told}>
      <ResponsiveContainer width="100%" height={height}>
        {children}
      </ResponsiveContainer>
    </div>
  );
}

export interface Key {
  name: string;
  mark: "first" | "mentioned" | "in-time" | "late" | "waiting" | "unanswered" | "line" | "band" | "threshold";
}

/** A legend of our own: recharts' one is a list without a name. */
export function Legend({ keys }: { keys: readonly Key[] }) {
  return (
    <ul className="legend" aria-hidden="true">
      {keys.map(({ name, mark }) => (
        <li key={name}>
          <span className={`swatch ${mark}`} />
          {name}
        </li>
      ))}
    </ul>
  );
}
