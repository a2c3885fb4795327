/** Where conversations begin. */
import { Card } from "./card";
import type { Insights } from "./insights";
import { channelsTable } from "./tables";
import { count } from "./words";

export function Channels({ found, period }: { found: Insights; period: string }) {
  const rows = Object.entries(found.channels).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, begun]) => begun));
  return (
    <Card title="Begun, by channel" about="Episodes that customers began." table={channelsTable(found)} period={period}>
      {rows.length === 0 ? (
        <p className="empty">Nothing began in this period.</p>
      ) : (
        <ul className="channels">
          {rows.map(([channel, begun]) => (
            <li key={channel}>
              <span>{channel}</span>
              <span className="channel-bar" style={{ inlineSize: `${(100 * begun) / most}%` }} aria-hidden="true" />
              <strong>{count(begun)}</strong>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
