import { Menu } from "./Menu";
import type { Hold } from "./may";
import type { Bodies, Kind } from "./shapes";

/** Acts that ask something in a dialog first. */
export type Asked = "transfer" | "hand-back" | "resolve" | "abandon" | "refund-exception";

interface Props {
  hold: Hold;
  allowed: (kind: Kind) => boolean;
  busy: (kind: Kind) => boolean;
  falseHandoff: boolean | null;
  onAct: <K extends Kind>(kind: K, body: Bodies[K]) => void;
  onAsk: (kind: Asked) => void;
}

type Named = readonly (readonly [Asked, string])[];
const OFTEN: Named = [["resolve", "Resolve"], ["hand-back", "Hand back"], ["transfer", "Transfer"]];
const SELDOM: Named = [["refund-exception", "Ask for a refund exception"], ["abandon", "Customer has gone"]];

/** What may be done with the conversation now. */
export function ActBar({ hold, allowed, busy, falseHandoff, onAct, onAsk }: Props) {
  const asking = (acts: Named) => acts.filter(([kind]) => allowed(kind)).map(([kind, name]) => (
    <button key={kind} className={kind === "resolve" ? "main" : undefined} onClick={() => onAsk(kind)}>{name}</button>
  ));
  const mark = allowed("mark") && (
    <button aria-pressed={falseHandoff === true} onClick={() => onAct("mark", { false_handoff: falseHandoff !== true })}>
      No person was needed
    </button>
  );
  return (
    <div className="acts" role="group" aria-label="Acts">
      {hold === "nobody" && (
        <button className="main" disabled={!allowed("claim")} onClick={() => onAct("claim", null)}>
          {busy("claim") ? "Claiming" : "Claim"}
        </button>
      )}
      {asking(OFTEN)}
      {hold === "me" && <Menu name="More">{asking(SELDOM)}{mark}</Menu>}
      {hold === "over" && mark}
    </div>
  );
}
