/** What an answer's confidence was reckoned from, each figure with a sentence that explains it. Pure. */

export interface Line {
  key: string;
  label: string;
  means: string | null;
  value: string;
  /** In [0, 1], where it can be drawn as a bar. */
  share: number | null;
}

const FIGURES: Record<string, [label: string, means: string]> = {
  intent_certainty: ["Understood the request", "How sure the assistant is what the customer wants."],
  intent_posterior: ["Best matching topic", "How likely the best matching topic is among all topics."],
  intent_margin: ["Ahead of the next topic", "How far the best topic is ahead of the second best. Small: it could be either."],
  intent_neighbour: ["Like known questions", "How similar the message is to the nearest question it learned from."],
  intent_neighbour_margin: ["Nearest by itself", "How much nearer that question is than the nearest of another topic."],
  similarity: ["Found in the help centre", "How well the quoted article matches the question."],
  similarity_margin: ["Ahead of other articles", "How far the quoted article is ahead of the others. Below zero: another one matched better."],
  support: ["Borne out by sources", "The share of the draft's sentences that an article or a look-up supports."],
  self_reported: ["Says of itself", "How sure the language model says it is. It can only lower the confidence."],
};

const FACTS: Record<string, [label: string, means: string]> = {
  same_topic: ["Article on the same topic", "Whether the quoted article is about what the customer asked."],
  tool_outcomes: ["Look-ups", "How each look-up of the assistant ended."],
  worded_from_templates: ["Worded from templates", "Whether the draft uses fixed wording instead of a language model's."],
};

const VETOES: Record<string, string> = {
  tool_error: "A look-up failed.",
  too_many_calls: "The assistant looked things up too often without an answer.",
  no_citation: "It states what the help centre says, and cites no article.",
  no_tool_result: "It speaks of an order or an account without having looked it up.",
  claims_action: "It says that something was done which was not.",
  promise: "It promises something that the sources do not.",
  malformed: "The text is broken: part of it is missing.",
  misquote: "A quotation is not what the article says.",
  invented_citation: "It cites an article that was not found.",
  other_language: "It is not in the customer's language.",
  prompt_leak: "It repeats the assistant's own instructions.",
  unknown_figure: "A figure in it stands in no source.",
  unsupported_sentence: "A sentence in it is borne out by no source.",
};

const APART = new Set(["vetoes", "failure"]);

export function vetoWords(veto: string): string {
  return VETOES[veto] ?? veto;
}

/** Return every figure and fact; what has no explanation is shown by its own name, as it is. */
export function linesOf(evidence: Record<string, unknown>): Line[] {
  const order = [...Object.keys(FIGURES), ...Object.keys(FACTS)];
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.entries(evidence)
    .filter(([key]) => !APART.has(key))
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([key, value]) => {
      const [label, means] = FIGURES[key] ?? FACTS[key] ?? [key, null];
      const isShare = key in FIGURES && typeof value === "number";
      return { key, label, means, value: shown(value), share: isShare ? Math.min(Math.max(value, 0), 1) : null };
    });
}

/** Return why a draft was not sent: what forbids it, and whether it fell below the line. */
export function whyNotSent(evidence: Record<string, unknown>, confidence: number | null, line: number | null): string[] {
  const why = vetoesIn(evidence).map(vetoWords);
  if (confidence !== null && line !== null && confidence < line) {
    why.push(`Its confidence of ${confidence.toFixed(2)} is below the line of ${line.toFixed(2)}.`);
  }
  return why.length ? why : ["The conversation went to a person for the reasons above, whatever the draft said."];
}

export function vetoesIn(evidence: Record<string, unknown>): string[] {
  const { vetoes } = evidence;
  return Array.isArray(vetoes) ? vetoes.filter((veto): veto is string => typeof veto === "string") : [];
}

export interface Failure {
  node: string;
  error: string;
  tried: string[];
}

export function failureIn(evidence: Record<string, unknown>): Failure | null {
  const { failure } = evidence;
  if (typeof failure !== "object" || failure === null) return null;
  const { node, error, tried } = failure as Record<string, unknown>;
  return { node: shown(node), error: shown(error), tried: Array.isArray(tried) ? tried.map(shown) : [] };
}

function shown(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(2);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value || "none";
  if (Array.isArray(value)) return value.length ? value.map(shown).join(", ") : "none";
  return value === null || value === undefined ? "none" : JSON.stringify(value);
}
