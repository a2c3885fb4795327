import { Confidence } from "./Confidence";
import { failureIn, whyNotSent } from "./evidence_words";
import { Lookups } from "./Lookups";
import { reasonLabel, reasonMeans, ruleWords } from "./reason_words";
import { languageName, moment, wholeMoment } from "./saying";
import type { Packet, Reason, TrailEvent } from "./shapes";
import { namesIn } from "./timeline";
import { trailWords } from "./trail_words";

interface Props {
  packet: Packet;
  trail: readonly TrailEvent[];
  line: number | null;
  now: number;
  onUseDraft: ((text: string) => void) | null;
}

/** Why a person has this conversation, and what the assistant knew and did before. */
export function Why({ packet, trail, line, now, onUseDraft }: Props) {
  const called = namesIn(trail);
  const failure = failureIn(packet.evidence);
  return (
    <section className="why" aria-label="Why is this with me?">
      <section>
        <h3>Why is this with me?</h3>
        <ul className="reasons">{packet.reasons.map((reason) => <ReasonItem key={reason.reason} reason={reason} />)}</ul>
      </section>
      {failure && (
        <section className="failure">
          <h3>What broke</h3>
          <p>The step <b>{failure.node}</b> failed ({failure.error}).{failure.tried.length > 0 && ` Tried: ${failure.tried.join(", ")}.`}</p>
        </section>
      )}
      {packet.draft !== null && (
        <section className="draft">
          <h3>Draft by the assistant, not sent</h3>
          <p>Check it before you use it.</p>
          <blockquote className="plain" dir="auto" lang={packet.language}>{packet.draft}</blockquote>
          <p>Why it was not sent:</p>
          <ul>{whyNotSent(packet.evidence, packet.confidence, line).map((why) => <li key={why}>{why}</li>)}</ul>
          <UseDraft draft={packet.draft} onUse={onUseDraft} isOver={packet.closed_at !== null} />
        </section>
      )}
      <Confidence evidence={packet.evidence} confidence={packet.confidence} line={line} />
      <Lookups trace={packet.tool_trace} />
      <section>
        <h3>Customer</h3>
        <dl className="facts">
          <div><dt>Customer</dt><dd>{packet.customer_id ?? "A visitor who is not signed in"}</dd></div>
          <div><dt>Verified</dt><dd>{verifiedWords(trail)}</dd></div>
          <div><dt>Channel</dt><dd>{packet.channel}</dd></div>
          <div><dt>Language</dt><dd>{languageName(packet.language)}</dd></div>
          <div><dt>Policy</dt><dd>{packet.policy_version}</dd></div>
          <div><dt>Handoff</dt><dd><code>{packet.id}</code></dd></div>
          <div><dt>Handed over</dt><dd>{wholeMoment(packet.created_at)}</dd></div>
        </dl>
      </section>
      <section>
        <details>
          <summary><h3>Trail</h3><span className="soft">{trail.length}</span></summary>
          <ol className="trail">
            {trail.map((event, index) => (
              <li key={index}>
                <time dateTime={event.at} title={wholeMoment(event.at)}>{moment(event.at, now)}</time>
                <details>
                  <summary>{trailWords(event, called)}</summary>
                  <pre tabIndex={0}>{JSON.stringify(event.facts, null, 2)}</pre>
                </details>
              </li>
            ))}
          </ol>
        </details>
      </section>
    </section>
  );
}

/** Who they say they are was checked, or was not, when the conversation was handed over. */
function verifiedWords(trail: readonly TrailEvent[]): string {
  const verified = trail.findLast((event) => event.action === "escalate")?.facts["verified"];
  if (verified === true) return "Yes";
  return `${verified === false ? "No" : "Not known"}. Ask for proof before you speak of an account.`;
}

function ReasonItem({ reason: { reason, score, words, rule } }: { reason: Reason }) {
  const means = reasonMeans(reason);
  return (
    <li>
      <b>{reasonLabel(reason)}</b>
      {means && <p>{means}</p>}
      {words.length > 0 && <p>Because of: {words.map((word) => <q key={word} dir="auto">{word}</q>)}</p>}
      <p className="soft">Found {ruleWords(rule)}{score !== null && `, score ${score.toFixed(2)} of 1`}</p>
    </li>
  );
}

function UseDraft({ draft, onUse, isOver }: { draft: string; onUse: ((text: string) => void) | null; isOver: boolean }) {
  if (isOver) return null;
  if (!onUse) return <p className="soft">Claim the conversation to use it.</p>;
  return <button onClick={() => onUse(draft)}>Put into the reply</button>;
}
