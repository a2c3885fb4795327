/** A table of figures, folded under its chart, with its file. */
import type { Cell } from "./csv";
import { csv } from "./csv";
import type { Kind, Table } from "./tables";
import { count, minutes, percent } from "./words";

function shown(cell: Cell, kind: Kind): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (kind === "share") return percent(cell);
  if (kind === "minutes") return minutes(cell);
  return kind === "decimal" ? cell.toFixed(2) : count(cell);
}

function save(table: Table, period: string): void {
  const text = csv(table.columns.map(({ name }) => name), table.rows);
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${table.name}_${period}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

export function Figures({ table, period }: { table: Table; period: string }) {
  return (
    <details className="figures">
      <summary>
        Show the figures<span className="out-of-sight">: {table.title}</span>
      </summary>
      <div className="figures-scroll" role="region" aria-label={`Figures: ${table.title}`} tabIndex={0}>
        <table>
          <caption className="out-of-sight">{table.title}</caption>
          <thead>
            <tr>
              {table.columns.map(({ name, kind }) => (
                <th key={name} scope="col" className={kind === "text" ? undefined : "number"}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, at) => (
              <tr key={at}>
                {table.columns.map(({ name, kind }, place) => (
                  <td key={name} className={kind === "text" ? undefined : "number"}>
                    {shown(row[place] ?? null, kind)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button type="button" className="save" onClick={() => save(table, period)}>
        Download CSV<span className="out-of-sight">: {table.title}</span>
      </button>
    </details>
  );
}
