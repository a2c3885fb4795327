/** A message that is on its way, and how far it has come. */
import type { Letter } from "../letters";
import { useWords } from "../words";

const TOLD = { waiting: "sending", sending: "sending", sent: "sent", offline: "not_sent", busy: "busy", slow: "slow_down", failed: "failed" } as const;

export function LetterBubble({ letter, onTryAgain }: { letter: Letter; onTryAgain: () => void }) {
  const { say } = useWords();
  return (
    <article className={`message customer on-its-way ${letter.state}`}>
      <p className="unseen">{say("you")}</p>
      <div className="bubble" dir="auto">
        <p className="as-typed">{letter.text}</p>
      </div>
      <p className="at">
        {say(TOLD[letter.state])}
        {letter.state === "failed" && (
          <button type="button" className="link" onClick={onTryAgain}>{say("try_again")}</button>
        )}
      </p>
    </article>
  );
}
