import { useEffect, useState } from "react";

import { pasted } from "../lib/session";
import { Dialog } from "./Dialog";
import type { Door } from "../lib/door";
import { HandoffView } from "./HandoffView";
import { QueuePane } from "./QueuePane";
import type { Tab } from "./queue";
import type { Routes } from "./routes";
import type { Me } from "./shapes";
import { KEYS, useShortcuts } from "./shortcuts";
import { useStore } from "../lib/store";
import { Workspace } from "./workspace";

export function Desk({ routes, me, door }: { routes: Routes; me: Me; door: Door }) {
  const [workspace] = useState(() => new Workspace(routes, me, door.ended));
  const [tab, setTab] = useState<Tab>("waiting");
  const [helping, setHelping] = useState(false);
  const open = useStore(workspace.open);
  const connected = useStore(workspace.connected);
  const { queue } = useStore(workspace.queue.store);
  useEffect(() => workspace.start(), [workspace]);
  const waiting = queue.items.filter((item) => item.status === "open").length;
  useEffect(() => {
    document.title = waiting ? `(${waiting}) Desk` : "Desk";
  }, [waiting]);
  useShortcuts({ "?": () => setHelping(true) });
  return (
    <div className="desk" data-open={open ? "" : undefined}>
      <header className="top">
        <h1>Handrail <span>Desk</span></h1>
        <p role="status" className="lost">{connected ? "" : "Connection lost, trying again"}</p>
        <span className="who" title={me.id}>{me.name ?? me.id}</span>
        <button className="quiet" aria-label="Keyboard shortcuts" onClick={() => setHelping(true)}>?</button>
        {pasted() !== null && <button className="quiet" onClick={() => void door.signIn(null)}>Sign out</button>}
      </header>
      <QueuePane workspace={workspace} tab={tab} onTab={setTab} chosen={open?.id ?? null} />
      {open ? <HandoffView key={open.id} workspace={workspace} conversation={open} /> : <Nothing />}
      <p className="unseen" aria-live="polite">{queue.loaded && (waiting === 1 ? "1 is waiting" : `${waiting} are waiting`)}</p>
      {helping && (
        <Dialog title="Keyboard shortcuts" onClose={() => setHelping(false)}>
          <dl className="keys">
            {KEYS.map(([keys, does]) => (
              <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{does}</dd></div>
            ))}
          </dl>
          <p className="soft">They do nothing while you are typing.</p>
        </Dialog>
      )}
    </div>
  );
}

function Nothing() {
  return (
    <main className="nothing">
      <h2>No conversation is open</h2>
      <p className="soft">Choose one from the queue, or press <kbd>j</kbd> and <kbd>Enter</kbd>.</p>
    </main>
  );
}
