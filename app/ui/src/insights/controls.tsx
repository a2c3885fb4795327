/** Which days and which channel are looked at. */
import { useId } from "react";

import { DayField } from "./day-field";
import { type Days, daysOf, fault, PRESETS, type View } from "./period";

interface Controls {
  view: View;
  days: Days;
  channels: readonly string[];
  /** A view that is still being typed replaces the last one in the browser's history. */
  onView: (view: View, isTyped?: boolean) => void;
}

export function PeriodControls({ view, days, channels, onView }: Controls) {
  const id = useId();
  const wrong = fault(days);
  const told = wrong === null ? null : `${id}-wrong`;
  const set = (change: Partial<Days>) =>
    onView({ ...view, period: { preset: null, days: { ...days, ...change } } }, true);
  const known = view.channel === null || channels.includes(view.channel) ? channels : [...channels, view.channel];
  return (
    <section className="controls" aria-label="Period and channel">
      <div className="presets" role="group" aria-label="Period">
        {PRESETS.map(({ preset, name }) => (
          <button
            key={preset}
            type="button"
            aria-pressed={view.period.preset === preset}
            onClick={() => onView({ ...view, period: { preset } })}
          >
            {name}
          </button>
        ))}
      </div>
      <DayField label="From" day={days.from} wrong={told} onDay={(from) => set({ from })} />
      <DayField label="To" day={days.to} wrong={told} onDay={(to) => set({ to })} />
      <div className="field">
        <label htmlFor={`${id}-channel`}>Channel</label>
        <select
          id={`${id}-channel`}
          value={view.channel ?? ""}
          onChange={(event) => onView({ ...view, channel: event.target.value || null })}
        >
          <option value="">Every channel</option>
          {known.map((channel) => (
            <option key={channel} value={channel}>
              {channel}
            </option>
          ))}
        </select>
      </div>
      {told !== null && (
        <p id={told} className="wrong" role="alert">
          {wrong}
        </p>
      )}
    </section>
  );
}

/** Name a period for a heading and for the names of files. */
export function periodName(view: View, now: Date): { words: string; file: string } {
  const { from, to } = daysOf(view.period, now);
  if (from === null && to === null) return { words: "at any time", file: "all" };
  if (from === null) return { words: `until ${to}`, file: `until-${to}` };
  if (to === null) return { words: `from ${from} on`, file: `from-${from}` };
  return { words: `from ${from} to ${to}`, file: `${from}_${to}` };
}
