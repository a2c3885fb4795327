/** The steps of a turn, oldest first. */
import type { Change } from "./diff";
import { nodeName } from "./layout";
import type { Step, Turn } from "./turns";
import { Value } from "./value";

const KINDS: Record<Change["kind"], string> = {
  set: "set",
  changed: "changed",
  removed: "removed",
  appended: "appended",
};

export function Steps({ turn }: { turn: Turn }) {
  return (
    <ol className="steps">
      {turn.steps.map((step) => (
        <li key={step.id}>
          <OneStep step={step} />
        </li>
      ))}
    </ol>
  );
}

function what({ nodes, source }: Step): string {
  if (nodes.length > 0) return nodes.map(nodeName).join(", ");
  if (source === "input") return "Input received";
  return source === "loop" ? "Input written" : `State changed (${source})`;
}

function OneStep({ step }: { step: Step }) {
  return (
    <>
      <div className="step-head">
        <strong>{what(step)}</strong>
        {step.inferred && <span className="small">told by the drawing: it waited for the nodes before</span>}
        <span className="small step-time">
          {step.ms === null ? "" : `${step.ms} ms, `}step {step.number ?? "unknown"}
        </span>
      </div>
      {step.errors.map(({ node, error }) => (
        <p key={node} className="step-error">
          {nodeName(node)} failed: {error}
        </p>
      ))}
      {step.interrupts.map(({ node, value }, at) => (
        <p key={at} className="step-interrupt">
          {nodeName(node)} waits for an answer: <Value of={value} />
        </p>
      ))}
      {step.changes.length > 0 ? (
        <details className="changes">
          <summary>
            {step.changes.length} {step.changes.length === 1 ? "change" : "changes"}
            <span className="small"> {step.changes.map(({ key }) => key).join(", ")}</span>
          </summary>
          <dl>
            {step.changes.map((change) => (
              <OneChange key={change.key} change={change} />
            ))}
          </dl>
        </details>
      ) : (
        <p className="small">Nothing changed.</p>
      )}
      {step.next.length > 0 && <p className="small">Next: {step.next.map(nodeName).join(", ")}</p>}
    </>
  );
}

function OneChange({ change }: { change: Change }) {
  return (
    <div>
      <dt>
        <code>{change.key}</code> <span className="small">{KINDS[change.kind]}</span>
      </dt>
      {"before" in change && (
        <dd>
          <span className="small">before </span>
          <Value of={change.before} />
        </dd>
      )}
      {"after" in change && (
        <dd>
          {change.kind === "changed" && <span className="small">after </span>}
          <Value of={change.after} />
        </dd>
      )}
    </div>
  );
}
