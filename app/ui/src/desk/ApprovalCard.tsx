import { useState } from "react";

import type { Approval } from "./pending_approval";
import type { Bodies } from "./shapes";
import type { Called } from "./timeline";

interface Props {
  approval: Approval;
  me: string;
  called: Called;
  allowed: boolean;
  onAnswer: (body: Bodies["approval"]) => void;
}

const AMOUNT = /^[0-9]{1,7}([.,][0-9]{2})?$/;

/** A refund exception that waits. Who asked for it may only take it back. */
export function ApprovalCard({ approval, me, called, allowed, onAnswer }: Props) {
  const [amount, setAmount] = useState(approval.amount);
  const isMine = approval.askedBy === me;
  const isAmount = AMOUNT.test(amount);
  return (
    <section className="approval" aria-label="Refund exception">
      <p>
        <b>Refund exception</b> of {approval.amount} {approval.currency} for order {approval.order}, asked for
        by {isMine ? "you" : called(approval.askedBy)}. The reason is in the notes.
      </p>
      {isMine ? (
        <p>
          Somebody else has to answer. <button disabled={!allowed} onClick={() => onAnswer({ says: "no" })}>Take it back</button>
        </p>
      ) : (
        <div className="answer">
          <label>
            Amount in {approval.currency}, as asked or lower
            <input inputMode="decimal" value={amount} aria-invalid={!isAmount} onChange={(event) => setAmount(event.target.value)} />
          </label>
          <button className="main" disabled={!allowed || !isAmount} onClick={() => onAnswer({ says: "yes", amount })}>Grant</button>
          <button disabled={!allowed} onClick={() => onAnswer({ says: "no" })}>Refuse</button>
        </div>
      )}
    </section>
  );
}
