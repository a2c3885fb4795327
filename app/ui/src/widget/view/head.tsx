/** With whom the customer is writing. */
import type { Standing } from "../standing";
import { useWords } from "../words";
import { Icon } from "./icon";

export function Head({ standing, onClose }: { standing: Standing; onClose: () => void }) {
  const { say } = useWords();
  const { stage, person } = standing.view ?? { stage: "ai", person: null };
  const subtitle = {
    ai: () => say("subtitle_ai"),
    waiting: () => say("subtitle_waiting"),
    human: () => (person ? say("subtitle_human", { name: person }) : say("subtitle_human_unnamed")),
    closed: () => say("subtitle_closed"),
  }[stage]();
  return (
    <div className="head">
      {stage === "human" && person && (
        <span className="portrait" aria-hidden="true">
          {Array.from(person)[0]?.toUpperCase()}
        </span>
      )}
      <div className="head-words">
        <h2>{say("title")}</h2>
        <p role="status">{subtitle}</p>
      </div>
      <button type="button" className="plain" aria-label={say("close")} title={say("close")} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}
