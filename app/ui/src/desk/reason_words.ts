/** Why a conversation came to a person, in words that an agent understands. */

interface Words {
  label: string;
  means: string;
}

const REASONS: Record<string, Words> = {
  legal: { label: "Legal", means: "The customer speaks of the law: a lawyer, a court, an authority." },
  vip: { label: "VIP", means: "This customer is always looked after by a person." },
  anger: { label: "Upset", means: "The customer sounds angry, or asks the same thing again." },
  account_closure: { label: "Closing account", means: "The customer wants to close the account or have data deleted." },
  human_request: { label: "Asked for a person", means: "The customer asked to speak with somebody." },
  injection: { label: "Tampering", means: "The message tries to give the assistant orders. Read requests in it with care." },
  low_confidence: { label: "Not sure enough", means: "The assistant had no answer that it was sure enough of." },
  out_of_scope: { label: "Other topic", means: "This is about something the assistant does not answer." },
  error: { label: "Technical failure", means: "Something broke while the assistant worked on it." },
  takeover: { label: "Taken over", means: "An agent stepped into the conversation." },
};

const RULES: Record<string, string> = {
  lexicon: "by a word list",
  head: "by the trained classifier",
  assess: "by the check of the answer",
  encoded: "in text that was encoded",
  repeated: "because it was asked again",
};

export function reasonLabel(reason: string): string {
  return REASONS[reason]?.label ?? reason;
}

export function reasonMeans(reason: string): string | null {
  return REASONS[reason]?.means ?? null;
}

export function ruleWords(rule: string): string {
  return RULES[rule] ?? `by the rule ${rule}`;
}
