/**
 * The tables of the page, as data: what stands under a chart and what a CSV file holds. A row is a
 * path, a queue, a reason: there is none over them.
 */
import type { Cell } from "./csv";
import { type Insights, PATHS } from "./insights";
import { label, MEASURES, PATH_NAMES } from "./words";

export type Kind = "text" | "count" | "share" | "minutes" | "decimal";

export interface Table {
  /** Also the name of its file. */
  name: string;
  title: string;
  columns: readonly { name: string; kind: Kind }[];
  rows: readonly (readonly Cell[])[];
}

const text = (name: string) => ({ name, kind: "text" }) as const;
const count = (name: string) => ({ name, kind: "count" }) as const;
const share = (name: string) => ({ name, kind: "share" }) as const;
const INTERVAL = [share("95 % from"), share("95 % to"), text("Withheld because")] as const;

export function csatTable({ csat }: Insights): Table {
  return {
    name: "satisfaction-by-path",
    title: "Satisfaction by path",
    columns: [text("Path"), count("Surveyed"), count("Ratings"), share("Response rate"), share("Rated 4 or 5"), ...INTERVAL],
    rows: PATHS.map((path) => {
      const it = csat[path];
      return [PATH_NAMES[path], it.surveyed, it.n, it.response_rate, it.satisfied, it.low, it.high, it.withheld];
    }),
  };
}

export function durableTable({ durable }: Insights): Table {
  return {
    name: "durable-resolution-by-path",
    title: "Durable resolution by path",
    columns: [text("Path"), count("Resolved"), share("Stayed resolved"), share("Reopened"), ...INTERVAL],
    rows: PATHS.map((path) => {
      const it = durable[path];
      const back = it.value === null ? null : 1 - it.value;
      return [PATH_NAMES[path], it.n, it.value, back, it.low, it.high, it.withheld];
    }),
  };
}

export function qualityTable({ quality }: Insights): Table {
  return {
    name: "quality-bars",
    title: "Quality bars",
    columns: [text("Measure"), count("Cases"), share("Value"), text("Side"), share("Bar"), text("Holds"), ...INTERVAL],
    rows: Object.entries(quality).map(([name, it]) => [
      MEASURES[name]?.name ?? label(name),
      it.n,
      it.value,
      MEASURES[name]?.floor ? "at least" : "at most",
      it.bar,
      it.holds === null ? "not enough data" : it.holds ? "yes" : "no",
      it.low,
      it.high,
      it.withheld,
    ]),
  };
}

export function reasonsTable({ escalations }: Insights): Table {
  return {
    name: "handoffs-by-reason",
    title: "Handed over, by reason",
    columns: [text("Reason"), count("As the first reason"), count("Among the reasons")],
    rows: escalations.map((it) => [label(it.reason), it.first, it.mentioned]),
  };
}

export function queuesTable({ queues }: Insights): Table {
  return {
    name: "first-reply-by-queue",
    title: "First reply, by queue",
    columns: [
      text("Queue"),
      count("Handoffs"),
      count("In time"),
      count("Late"),
      count("Waiting"),
      count("Of these overdue"),
      count("Closed unanswered"),
      { name: "Median minutes", kind: "minutes" },
    ],
    rows: queues.map((it) => [
      it.queue,
      it.n,
      it.in_time,
      it.late,
      it.waiting,
      it.overdue,
      it.closed_unanswered,
      it.median_minutes,
    ]),
  };
}

export function channelsTable({ channels }: Insights): Table {
  return {
    name: "conversations-by-channel",
    title: "Begun, by channel",
    columns: [text("Channel"), count("Episodes begun")],
    rows: Object.entries(channels),
  };
}

export function riskTable({ risk_coverage: curve }: Insights): Table {
  return {
    name: "risk-and-coverage",
    title: "Risk and coverage",
    columns: [
      { name: "Threshold", kind: "decimal" },
      share("Stays with the AI"),
      count("Reviewed"),
      share("Of these wrong"),
      ...INTERVAL,
    ],
    rows: curve.points.map((it) => [
      it.threshold,
      it.coverage,
      it.risk.n,
      it.risk.value,
      it.risk.low,
      it.risk.high,
      it.risk.withheld,
    ]),
  };
}

export function confidenceTable({ confidence }: Insights): Table {
  return {
    name: "turns-by-confidence",
    title: "Turns by confidence",
    columns: [text("Confidence"), count("Answered"), count("Handed over")],
    rows: [
      ...confidence.bins.map((it): Cell[] => [
        `${it.low.toFixed(2)} to ${it.high.toFixed(2)}`,
        it.answered,
        it.handed_over,
      ]),
      ["Decided before an answer was tried", confidence.answered_unscored, confidence.handed_over_unscored],
    ],
  };
}

export function deflectionTable({ deflection: it }: Insights): Table {
  return {
    name: "deflection",
    title: "Deflection",
    columns: [share("Deflection"), count("Durably AI-resolved"), count("Begun"), ...INTERVAL],
    rows: [[it.value, it.numerator, it.denominator, it.low, it.high, it.withheld.join("; ") || null]],
  };
}
