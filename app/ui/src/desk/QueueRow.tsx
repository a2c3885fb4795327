import { memo } from "react";

import { isMine, type Self } from "./queue";
import { reasonLabel } from "./reason_words";
import { ago, customerName, firstWords, languageName } from "./saying";
import type { Standing } from "./shapes";
import { duration, slaOf } from "./sla";
import { Sla, statusWords } from "./standing_words";

interface Props {
  standing: Standing;
  me: Self;
  now: number;
  chosen: boolean;
}

export const QueueRow = memo(function QueueRow({ standing, me, now, chosen }: Props) {
  const { id, reasons, queue, priority, owner, status, waiting_since: since } = standing;
  return (
    <li>
      <a href={`#${encodeURIComponent(id)}`} data-handoff={id} aria-current={chosen ? "true" : undefined}>
        <span className="line">
          <b>{customerName(standing)}</b>
          <Sla sla={slaOf(standing, now)} />
          {standing.closed_at !== null && <span className="soft">{statusWords(status)}, {ago(standing.closed_at, now)}</span>}
        </span>
        <span className="words" dir="auto" lang={standing.language}>{firstWords(standing)}</span>
        <span className="labels">
          {priority === "urgent" && <span className="label urgent">Urgent</span>}
          {reasons.map(({ reason }) => <span key={reason} className="label">{reasonLabel(reason)}</span>)}
        </span>
        <span className="line soft">
          <span>{[queue, priority === "urgent" ? null : priority, languageName(standing.language), standing.channel].filter(Boolean).join(" · ")}</span>
          <span>
            {owner !== null && <>{status === "open" ? "For " : "With "}<b>{isMine(standing, me) ? "you" : owner}</b></>}
            {owner === null && since !== null && `Waiting ${duration(Math.max(now - Date.parse(since), 0))}`}
          </span>
        </span>
      </a>
    </li>
  );
});
