/** What is asked before an act that others feel: closing, passing on, asking for a refund. */
import { useId, useState, type SyntheticEvent } from "react";

import { Dialog } from "./Dialog";
import type { Bodies, Offered } from "./shapes";

export type Closing = "hand-back" | "resolve" | "abandon";

const CLOSINGS: Record<Closing, { title: string; what: string; act: string }> = {
  "hand-back": {
    title: "Hand back to the assistant",
    what: "The assistant answers the customer again. What led to this handoff does not lead to it anew.",
    act: "Hand back",
  },
  resolve: {
    title: "Resolve this conversation",
    what: "It is settled. The customer may be asked once how it was.",
    act: "Resolve",
  },
  abandon: {
    title: "Close: the customer has gone",
    what: "It is closed without being settled. Nobody is asked how it was.",
    act: "Close it",
  },
};

interface Asking<B> {
  onDo: (body: B) => void;
  onClose: () => void;
}

export function ClosingDialog({ closing, onDo, onClose }: Asking<Bodies[Closing]> & { closing: Closing }) {
  const [needless, setNeedless] = useState(false);
  const { title, what, act } = CLOSINGS[closing];
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submitting(() => onDo(needless ? { false_handoff: true } : {}))}>
        <p>{what}</p>
        <label className="check">
          <input type="checkbox" checked={needless} onChange={(event) => setNeedless(event.target.checked)} />
          No person was needed
        </label>
        <p className="soft">Marks help to keep needless handoffs rare.</p>
        <Buttons act={act} first onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function TransferDialog({ offered, from, onDo, onClose }: Asking<Bodies["transfer"]> & { offered: Offered | null; from: string }) {
  const [queue, setQueue] = useState("");
  const [owner, setOwner] = useState("");
  const [said, setSaid] = useState("");
  const problem = useId();
  const submit = () => {
    const agent = owner.trim();
    if (!queue && !agent) setSaid("Choose a queue, name an agent, or both.");
    else onDo({ ...(queue ? { queue } : {}), ...(agent ? { owner: agent } : {}) });
  };
  return (
    <Dialog title="Transfer" onClose={onClose}>
      <form onSubmit={submitting(submit)} aria-describedby={problem}>
        <p>It goes back to waiting, now in the queue <b>{from}</b>.</p>
        <label>
          To the queue
          <select data-first value={queue} onChange={(event) => setQueue(event.target.value)}>
            <option value="">The same queue</option>
            {offered?.queues.filter(({ name }) => name !== from).map(({ name, priority }) => (
              <option key={name} value={name}>{name} ({priority})</option>
            ))}
          </select>
        </label>
        <label>
          To an agent, by their sign-in name
          <input value={owner} maxLength={100} autoComplete="off" spellCheck={false} onChange={(event) => setOwner(event.target.value)} />
        </label>
        <p id={problem} role="alert" className="bad">{said}</p>
        <Buttons act="Transfer" onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function RefundDialog({ onDo, onClose }: Asking<Bodies["refund-exception"]>) {
  const [asked, setAsked] = useState({ order: "", amount: "", currency: "EUR", why: "" });
  const set = (name: keyof typeof asked) => (event: { target: { value: string } }) => setAsked({ ...asked, [name]: event.target.value });
  return (
    <Dialog title="Ask for a refund exception" onClose={onClose}>
      <form onSubmit={submitting(() => onDo({ ...asked, order: asked.order.trim(), why: asked.why.trim() }))}>
        <p>Somebody else at the desk has to say yes. Nothing is paid from here, and the customer does not see the reason.</p>
        <label>
          Order
          <input data-first required pattern="[A-Za-z0-9_#.\/\-]{1,64}" autoComplete="off" value={asked.order} onChange={set("order")} />
        </label>
        <div className="pair">
          <label>
            Amount
            <input required inputMode="decimal" pattern="[0-9]{1,7}([.,][0-9]{2})?" title="A number such as 40 or 40.00" autoComplete="off" value={asked.amount} onChange={set("amount")} />
          </label>
          <label>
            Currency
            <input required pattern="[A-Z]{3}" title="Three capital letters, such as EUR" autoComplete="off" value={asked.currency} onChange={set("currency")} />
          </label>
        </div>
        <label>
          Why
          <textarea required rows={3} maxLength={2000} value={asked.why} onChange={set("why")} />
        </label>
        <Buttons act="Ask" onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Buttons({ act, first, onClose }: { act: string; first?: boolean; onClose: () => void }) {
  return (
    <footer>
      <button type="button" onClick={onClose}>Cancel</button>
      <button className="main" data-first={first}>{act}</button>
    </footer>
  );
}

function submitting(then: () => void): (event: SyntheticEvent) => void {
  return (event) => {
    event.preventDefault();
    then();
  };
}
