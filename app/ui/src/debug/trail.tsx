/** What was decided, by episode: with its confidence and its signals. */
import type { EpisodeTrail, TrailEvent } from "./server";
import { Value } from "./value";

interface Signal {
  name: string;
  fired: boolean;
  score: number | null;
  rule: string | null;
}

function signalsIn(facts: TrailEvent["facts"]): Signal[] {
  const given = facts.signals;
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given as Record<string, { fired?: unknown; score?: unknown; rule?: unknown } | null>)
    .map(([name, it]) => ({
      name: name.replaceAll("_", " "),
      fired: it?.fired === true,
      score: typeof it?.score === "number" ? it.score : null,
      rule: typeof it?.rule === "string" ? it.rule : null,
    }))
    .sort((a, b) => Number(b.fired) - Number(a.fired) || (b.score ?? 0) - (a.score ?? 0));
}

export function Trail({ episodes }: { episodes: readonly EpisodeTrail[] }) {
  return episodes.map(({ episode, items }) => (
    <section key={episode} className="episode" aria-label={`Episode ${episode}`}>
      <h3>Episode {episode}</h3>
      <ol>
        {items.map((event, at) => (
          <li key={at}>
            <OneEvent event={event} />
          </li>
        ))}
      </ol>
    </section>
  ));
}

function OneEvent({ event: { at, actor, action, facts } }: { event: TrailEvent }) {
  const signals = signalsIn(facts);
  return (
    <>
      <div className="step-head">
        <strong>{action}</strong>
        <span>by {actor}</span>
        {typeof facts.confidence === "number" && <span className="chip">confidence {facts.confidence.toFixed(3)}</span>}
        <time className="small step-time" dateTime={at}>
          {at.replace("T", " ").slice(0, 19)} UTC
        </time>
      </div>
      {signals.length > 0 && (
        <ul className="signals" aria-label="Signals">
          {signals.map(({ name, fired, score, rule }) => (
            <li key={name} className={fired ? "chip fired" : "chip"}>
              {name} {fired ? "fired" : "quiet"}
              {score !== null && ` ${score.toFixed(2)}`}
              {fired && rule !== null && ` (${rule.replaceAll("_", " ")})`}
            </li>
          ))}
        </ul>
      )}
      <Value of={facts} />
    </>
  );
}
