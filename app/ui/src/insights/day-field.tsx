/** One end of the period. A year that is still being typed ("0020") is no day yet. */
import { useId, useState } from "react";

const EARLIEST = "2000-01-01";

interface Field {
  label: string;
  day: string | null;
  wrong: string | null; // the id of what says that the days make no period
  onDay: (day: string | null) => void;
}

export function DayField({ label, day, wrong, onDay }: Field) {
  const id = useId();
  const [typed, setTyped] = useState(day ?? "");
  const [shown, setShown] = useState(day);
  if (day !== shown) {
    setShown(day);
    setTyped(day ?? "");
  }
  const type = (text: string) => {
    setTyped(text);
    if (text === "" || text >= EARLIEST) onDay(text || null);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="date"
        min={EARLIEST}
        value={typed}
        aria-invalid={wrong !== null}
        aria-describedby={wrong ?? undefined}
        onChange={(event) => type(event.target.value)}
      />
    </div>
  );
}
