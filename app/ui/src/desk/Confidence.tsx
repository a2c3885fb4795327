import { linesOf } from "./evidence_words";

interface Props {
  evidence: Record<string, unknown>;
  confidence: number | null;
  line: number | null;
}

/** How sure the assistant was of its answer, against the line, and what that was reckoned from. */
export function Confidence({ evidence, confidence, line }: Props) {
  const lines = linesOf(evidence);
  return (
    <section className="confidence">
      <h3>Confidence</h3>
      {confidence === null ? (
        <p>No answer was tried, so there is none.</p>
      ) : (
        <>
          <p>
            <b>{confidence.toFixed(2)}</b> of 1
            {line !== null && `, ${confidence < line ? "below" : "not below"} the line of ${line.toFixed(2)} for sending an answer`}
          </p>
          <Bar share={confidence} line={line} />
        </>
      )}
      {lines.length > 0 && (
        <details>
          <summary>What it was reckoned from</summary>
          <dl className="evidence">
            {lines.map(({ key, label, means, value, share }) => (
              <div key={key}>
                <dt>{label}</dt>
                <dd>
                  <b>{value}</b>
                  {share !== null && <Bar share={share} line={null} />}
                  {means && <p className="soft">{means}</p>}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function Bar({ share, line }: { share: number; line: number | null }) {
  return (
    <div className="bar" aria-hidden="true">
      <i style={{ inlineSize: `${share * 100}%` }} />
      {line !== null && <u style={{ insetInlineStart: `${line * 100}%` }} />}
    </div>
  );
}
