import type { Packet } from "./shapes";

type Step = Packet["tool_trace"][number];
interface Passage {
  title: string;
  heading: string;
  text: string;
  url: string;
}

/** What the assistant looked up before it handed over, and what it found. */
export function Lookups({ trace }: { trace: readonly Step[] }) {
  return (
    <section>
      <h3>What the assistant looked up</h3>
      {trace.length === 0 && <p className="soft">Nothing.</p>}
      {trace.map((step, index) => {
        const passages = passagesIn(step["result"]);
        return (
          <details key={index} className="lookup">
            <summary>{toolName(step["tool"])}</summary>
            <p className="soft">Asked with</p>
            <pre tabIndex={0}>{json(step["args"])}</pre>
            <p className="soft">Found</p>
            {passages ? passages.map((passage, at) => <PassageItem key={at} passage={passage} />) : <pre tabIndex={0}>{json(step["result"])}</pre>}
          </details>
        );
      })}
    </section>
  );
}

function PassageItem({ passage: { title, heading, text, url } }: { passage: Passage }) {
  const isWeb = /^https?:\/\//i.test(url);
  return (
    <article>
      <h4>
        {isWeb ? <a href={url} target="_blank" rel="noopener noreferrer">{title || url}</a> : title}
        {heading && ` · ${heading}`}
      </h4>
      <p dir="auto">{text}</p>
    </article>
  );
}

const TOOLS: Record<string, string> = {
  search_help_center: "Help centre search",
  look_up_order: "Order look-up",
  send_password_reset: "Password reset link",
  send_verification_code: "Code to the address on file",
};

function toolName(tool: unknown): string {
  return typeof tool === "string" ? (TOOLS[tool] ?? tool) : "Unknown look-up";
}

function passagesIn(result: unknown): Passage[] | null {
  const found = typeof result === "object" && result !== null ? (result as Record<string, unknown>)["passages"] : null;
  if (!Array.isArray(found) || found.length === 0) return null;
  return found.map((each: unknown) => {
    const passage = (typeof each === "object" && each !== null ? each : {}) as Record<string, unknown>;
    const text = (name: string) => (typeof passage[name] === "string" ? passage[name] : "");
    return { title: text("title"), heading: text("heading"), text: text("text"), url: text("url") };
  });
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
