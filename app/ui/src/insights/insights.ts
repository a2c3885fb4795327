/** What GET /handrail/insights answers. There is no figure over the paths, here or anywhere. */

export const PATHS = ["ai", "human", "ai_then_human"] as const;
export type Path = (typeof PATHS)[number];

export interface Csat {
  surveyed: number;
  n: number;
  response_rate: number | null;
  satisfied: number | null;
  low: number | null;
  high: number | null;
  withheld: string | null;
}

export interface Rate {
  n: number;
  value: number | null;
  low: number | null;
  high: number | null;
  bar: number | null;
  holds: boolean | null;
  withheld: string | null;
}

export interface Bars {
  minimum: number;
  csat_ai: number;
  window_days: number;
}

export interface ReasonCount {
  reason: string;
  first: number;
  mentioned: number;
}

export interface QueueFigure {
  queue: string;
  n: number;
  in_time: number;
  late: number;
  waiting: number;
  closed_unanswered: number;
  overdue: number;
  median_minutes: number | null;
}

export interface Deflection {
  value: number | null;
  low: number | null;
  high: number | null;
  numerator: number | null;
  denominator: number | null;
  withheld: string[];
}

export interface RiskPoint {
  threshold: number;
  coverage: number;
  risk: Rate;
}

export interface RiskCoverage {
  threshold: number;
  n: number;
  points: RiskPoint[];
  withheld: string | null;
}

export interface ConfidenceBin {
  low: number;
  high: number;
  answered: number;
  handed_over: number;
}

export interface ConfidenceSpread {
  bins: ConfidenceBin[];
  answered_unscored: number;
  handed_over_unscored: number;
}

export interface Insights {
  as_of: string;
  since: string | null;
  until: string | null;
  channel: string | null;
  bars: Bars;
  csat: Record<Path, Csat>;
  durable: Record<Path, Rate>;
  quality: Record<string, Rate>;
  escalations: ReasonCount[];
  queues: QueueFigure[];
  channels: Record<string, number>;
  deflection: Deflection;
  risk_coverage: RiskCoverage;
  confidence: ConfidenceSpread;
}

/** Tell whether nothing at all began in the period, on the channel that is looked at. */
export function isEmpty(found: Insights): boolean {
  const begun = found.channel === null ? Object.keys(found.channels).length : (found.channels[found.channel] ?? 0);
  return begun === 0 && found.queues.length === 0;
}
