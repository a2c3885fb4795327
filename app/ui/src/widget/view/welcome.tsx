/** What stands in an empty window: a greeting, and what one might ask. */
import { useWords } from "../words";

const SUGGESTIONS = ["suggestion_order", "suggestion_refund", "suggestion_password"];

export function Welcome({ onAsk }: { onAsk: (text: string) => void }) {
  const { say } = useWords();
  if (!say("welcome")) return null;
  return (
    <div className="welcome">
      <div className="message ai">
        <div className="bubble"><p>{say("welcome")}</p></div>
      </div>
      <p className="welcome-lead" id="suggestions">{say("suggestions")}</p>
      <ul aria-labelledby="suggestions">
        {SUGGESTIONS.map((key) => (
          <li key={key}>
            <button type="button" className="suggestion" onClick={() => onAsk(say(key))}>{say(key)}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}
