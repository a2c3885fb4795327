/** Insights for tests: some of everything, one path shown and two withheld. */
import type { Insights, Rate } from "./insights";

const SHORT: Rate = {
  n: 12,
  value: null,
  low: null,
  high: null,
  bar: 0.1,
  holds: null,
  withheld: "12 of at least 30 reviews",
};

export const SOME: Insights = {
  as_of: "2026-03-02T00:00:00+00:00",
  since: null,
  until: null,
  channel: null,
  bars: { minimum: 30, csat_ai: 0.8, window_days: 7 },
  csat: {
    ai: { surveyed: 60, n: 40, response_rate: 2 / 3, satisfied: 0.9, low: 0.77, high: 0.96, withheld: null },
    human: { surveyed: 20, n: 12, response_rate: 0.6, satisfied: null, low: null, high: null, withheld: "12 of at least 30 ratings" },
    ai_then_human: { surveyed: 0, n: 0, response_rate: null, satisfied: null, low: null, high: null, withheld: "0 of at least 30 ratings" },
  },
  durable: {
    ai: { n: 40, value: 0.9, low: 0.77, high: 0.96, bar: null, holds: null, withheld: null },
    human: { ...SHORT, bar: null },
    ai_then_human: { ...SHORT, bar: null },
  },
  quality: {
    ai_csat: { n: 40, value: 0.9, low: 0.81, high: 0.96, bar: 0.8, holds: true, withheld: null },
    wrong_answers: SHORT,
  },
  escalations: [{ reason: "human_request", first: 3, mentioned: 4 }],
  queues: [
    { queue: "=care", n: 4, in_time: 2, late: 1, waiting: 1, closed_unanswered: 0, overdue: 1, median_minutes: 12.5 },
  ],
  channels: { widget: 64 },
  deflection: {
    value: null,
    low: null,
    high: null,
    numerator: null,
    denominator: null,
    withheld: ["Wrong answers: 12 of at least 30 reviews", "False handoffs: no bar"],
  },
  risk_coverage: { threshold: 0.7, n: 12, points: [], withheld: "12 of at least 30 reviewed conversations" },
  confidence: { bins: [{ low: 0.95, high: 1, answered: 60, handed_over: 1 }], answered_unscored: 0, handed_over_unscored: 3 },
};
