/** The graph, with the way that a turn took. */
import { useMemo } from "react";

import { lay, nodeName, type Way } from "./layout";
import type { Drawing } from "./server";

/** Return on which places of the way each node ran, from 1; it may run more than once. */
export function placesOf(path: readonly string[][]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  path.forEach((nodes, at) => {
    for (const node of nodes) places.set(node, [...(places.get(node) ?? []), at + 1]);
  });
  return places;
}

/** Tell whether a turn went from one node to another. */
function isTaken({ source, target }: Way, path: readonly string[][]): boolean {
  const ways = [["__start__"], ...path, ["__end__"]];
  return path.length > 0 && ways.some((nodes, at) => nodes.includes(source) && (ways[at + 1] ?? []).includes(target));
}

function line(points: Way["points"]): string {
  return points.map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join(" ");
}

export function DrawnGraph({ drawing, path }: { drawing: Drawing; path: readonly string[][] }) {
  const { width, height, boxes, ways } = useMemo(() => lay(drawing), [drawing]);
  const places = placesOf(path);
  const told = path.map((nodes) => nodes.map(nodeName).join(" and ")).join(", then ");
  const sorted = ways.toSorted((a, b) => Number(isTaken(a, path)) - Number(isTaken(b, path)));
  return (
    <div className="drawing" role="region" aria-label="Drawing of the graph" tabIndex={0}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        style={{ maxInlineSize: width }}
        role="img"
        aria-label={told ? `The graph. This turn went through ${told}.` : "The graph. No turn is chosen."}
      >
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path className="tip" d="M0 0 8 4 0 8z" />
          </marker>
          <marker id="tip-taken" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" orient="auto">
            <path className="tip taken" d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {sorted.map((way) => {
          const taken = isTaken(way, path);
          return (
            <path
              key={`${way.source} ${way.target}`}
              className={`way${taken ? " taken" : ""}${way.conditional ? " conditional" : ""}`}
              d={line(way.points)}
              markerEnd={`url(#${taken ? "tip-taken" : "tip"})`}
            />
          );
        })}
        {boxes.map(({ id, x, y, width: wide, height: high }) => {
          const at = places.get(id);
          return (
            <g key={id} className={at ? "node ran" : "node"} transform={`translate(${x - wide / 2} ${y - high / 2})`}>
              <rect width={wide} height={high} rx={id.startsWith("__") ? high / 2 : 6} />
              <text x={wide / 2} y={high / 2} dy="0.35em" textAnchor="middle">
                {nodeName(id)}
              </text>
              {at && (
                <g className="place">
                  <rect x={-9} y={-9} width={at.join(",").length * 7 + 12} height={18} rx={9} />
                  <text x={-9 + (at.join(",").length * 7 + 12) / 2} y={0} dy="0.35em" textAnchor="middle">
                    {at.join(",")}
                  </text>
                </g>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
