/** A share with its 95 % interval on a line from 0 to 100 %: dot and whisker, and a bar to hold to. */
import { percent } from "./words";

const WIDTH = 240;
const PAD = 8;
const x = (share: number): number => PAD + share * (WIDTH - 2 * PAD);

export interface Shown {
  value: number;
  low: number;
  high: number;
  bar?: number | null;
}

export function Interval({ value, low, high, bar = null }: Shown) {
  const told = `${percent(value)}, 95 % interval from ${percent(low)} to ${percent(high)}`;
  return (
    <svg
      className="interval"
      viewBox={`0 0 ${WIDTH} 36`}
      role="img"
      aria-label={bar === null ? told : `${told}, the bar is ${percent(bar)}`}
    >
      <line className="interval-axis" x1={x(0)} x2={x(1)} y1={14} y2={14} />
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line className="interval-axis" x1={x(share)} x2={x(share)} y1={11} y2={17} />
          <text x={x(share)} y={33} textAnchor={share === 0 ? "start" : share === 1 ? "end" : "middle"}>
            {percent(share, 0)}
          </text>
        </g>
      ))}
      {bar !== null && <line className="interval-bar" x1={x(bar)} x2={x(bar)} y1={3} y2={25} />}
      <line className="interval-whisker" x1={x(low)} x2={x(high)} y1={14} y2={14} />
      <line className="interval-whisker" x1={x(low)} x2={x(low)} y1={9} y2={19} />
      <line className="interval-whisker" x1={x(high)} x2={x(high)} y1={9} y2={19} />
      <circle className="interval-dot" cx={x(value)} cy={14} r={5.5} />
    </svg>
  );
}
