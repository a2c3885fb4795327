/** How was it? A card at the end of the conversation, which keeps nobody from writing on. */
import { type SubmitEvent, useId, useState } from "react";

import { Problem, Unreachable } from "../../lib/api";
import { useWords } from "../words";

const RATINGS = [1, 2, 3, 4, 5];
const LONGEST = 2000;

interface Props {
  onRate: (rating: number, comment: string) => Promise<void>;
  onSkip: () => void;
}

export function Survey({ onRate, onSkip }: Props) {
  const { say } = useWords();
  const [rating, setRating] = useState<number | null>(null);
  const [comment, setComment] = useState("");
  const [state, setState] = useState<"asking" | "sending" | "failed">("asking");
  const name = useId();

  const send = async () => {
    if (rating === null) return;
    setState("sending");
    try {
      await onRate(rating, comment.trim());
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
      setState("failed");
    }
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void send();
  };

  return (
    <form className="survey" onSubmit={onSubmit} aria-labelledby={`${name}-question`}>
      <fieldset>
        <legend id={`${name}-question`}>{say("survey_question")}</legend>
        <div className="ratings">
          {RATINGS.map((each) => (
            <label key={each} className="rating">
              <input type="radio" name={name} value={each} checked={rating === each} onChange={() => setRating(each)} aria-label={say("rating", { count: each })} />
              <span aria-hidden="true">{each}</span>
            </label>
          ))}
        </div>
        <div className="ends" aria-hidden="true">
          <span>{say("survey_worst")}</span>
          <span>{say("survey_best")}</span>
        </div>
      </fieldset>
      {rating !== null && (
        <label className="comment">
          {say("survey_comment")}
          <textarea rows={2} maxLength={LONGEST} value={comment} onChange={(event) => setComment(event.target.value)} />
        </label>
      )}
      <div className="survey-acts">
        <button type="submit" className="act" disabled={rating === null || state === "sending"}>{say("survey_send")}</button>
        <button type="button" className="link" onClick={onSkip}>{say("survey_skip")}</button>
      </div>
      <p role="status" className="trouble">{state === "failed" ? say("failed") : ""}</p>
    </form>
  );
}
