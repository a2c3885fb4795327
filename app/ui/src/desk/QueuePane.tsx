import { useEffect, useRef } from "react";

import { useNow } from "./clock";
import { beside, shownIn, TABS, type Tab } from "./queue";
import { QueueRow } from "./QueueRow";
import { reasonLabel } from "./reason_words";
import { ANY, type Narrowed } from "./routes";
import type { Offered } from "./shapes";
import { useShortcuts } from "./shortcuts";
import { useStore } from "../lib/store";
import type { Workspace } from "./workspace";

const NAMES: Record<Tab, string> = { waiting: "Waiting", mine: "Mine", open: "All open", closed: "Closed" };
const EMPTY: Record<Tab, string> = {
  waiting: "Nobody is waiting.",
  mine: "You have no conversation.",
  open: "No conversation is with a person.",
  closed: "Nothing has been closed yet.",
};

interface Props {
  workspace: Workspace;
  tab: Tab;
  onTab: (tab: Tab) => void;
  chosen: string | null;
}

export function QueuePane({ workspace, tab, onTab, chosen }: Props) {
  const { queue, closed, narrowed, error } = useStore(workspace.queue.store);
  const offered = useStore(workspace.offered);
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const filter = useRef<HTMLSelectElement>(null);
  const { me } = workspace;
  const items = tab === "closed" ? closed.items : shownIn(tab, queue.items, me);
  const loaded = tab === "closed" ? closed.loaded : queue.loaded;
  const isNarrowed = Object.values(narrowed).some(Boolean);
  useEffect(() => workspace.queue.lookAtClosed(tab === "closed"), [workspace, tab]);

  const move = (by: 1 | -1) => {
    const at = document.activeElement?.closest<HTMLElement>("[data-handoff]")?.dataset["handoff"];
    const next = beside(items, at ?? chosen, by);
    if (next) list.current?.querySelector<HTMLElement>(`[data-handoff="${CSS.escape(next)}"]`)?.focus();
  };
  useShortcuts({ j: () => move(1), k: () => move(-1), "/": () => filter.current?.focus() });

  return (
    <nav className="queue" aria-label="Queue">
      <div className="tabs" role="group" aria-label="Which conversations">
        {TABS.map((each) => (
          <button key={each} aria-pressed={tab === each} onClick={() => onTab(each)}>
            {NAMES[each]}
            {each !== "closed" && queue.loaded && (
              <span className="count">{shownIn(each, queue.items, me).length}{queue.whole ? "" : "+"}</span>
            )}
          </button>
        ))}
      </div>
      <Filters first={filter} offered={offered} narrowed={narrowed} onNarrow={(to) => workspace.queue.narrow(to)} />
      {error !== null && (
        <p className="trouble" role="alert">
          {loaded ? "This may be out of date. " : ""}{error} <button onClick={() => void workspace.queue.refresh()}>Try again</button>
        </p>
      )}
      <ul ref={list} aria-busy={!loaded} aria-label={NAMES[tab]}>
        {items.map((item) => <QueueRow key={item.id} standing={item} me={me} now={now} chosen={item.id === chosen} />)}
      </ul>
      {!loaded && error === null && <div className="loading" role="status" aria-label="Loading the queue"><i /><i /><i /></div>}
      {loaded && items.length === 0 && (
        <div className="empty">
          <p>{isNarrowed ? "Nothing here fits the filter." : EMPTY[tab]}</p>
          {isNarrowed && <button onClick={() => workspace.queue.narrow(ANY)}>Show all</button>}
        </div>
      )}
      {tab === "closed" && closed.next !== null && <button className="more" onClick={() => void workspace.queue.moreClosed()}>Show more</button>}
      {tab !== "closed" && !queue.whole && <p className="soft more">The first {queue.items.length} are shown. Filter to reach the rest.</p>}
    </nav>
  );
}

interface FiltersProps {
  first: React.RefObject<HTMLSelectElement | null>;
  offered: Offered | null;
  narrowed: Narrowed;
  onNarrow: (narrowed: Narrowed) => void;
}

function Filters({ first, offered, narrowed, onNarrow }: FiltersProps) {
  const priorities = [...new Set(offered?.queues.map((queue) => queue.priority))];
  const choices = [
    { name: "queue", label: "Queue", values: offered?.queues.map((queue) => queue.name) ?? [] },
    { name: "reason", label: "Reason", values: offered?.reasons ?? [] },
    { name: "priority", label: "Priority", values: priorities },
  ] as const;
  return (
    <div className="filters" role="group" aria-label="Filter">
      {choices.map(({ name, label, values }, index) => (
        <select
          key={name}
          ref={index === 0 ? first : null}
          aria-label={label}
          data-set={narrowed[name] ? "" : undefined}
          value={narrowed[name]}
          onChange={(event) => onNarrow({ ...narrowed, [name]: event.target.value })}
        >
          <option value="">{label}</option>
          {values.map((value) => <option key={value} value={value}>{name === "reason" ? reasonLabel(value) : value}</option>)}
        </select>
      ))}
    </div>
  );
}

