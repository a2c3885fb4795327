/** Where the nodes and edges of the drawing lie. */
import { Graph, layout } from "@dagrejs/dagre";

import type { Drawing } from "./server";

const HEIGHT = 34;
const LETTER = 7.4;

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Way {
  source: string;
  target: string;
  conditional: boolean;
  points: { x: number; y: number }[];
}

export interface Laid {
  width: number;
  height: number;
  boxes: Box[];
  ways: Way[];
}

/** How a node is called for a reader. */
export function nodeName(id: string): string {
  const known: Record<string, string> = { __start__: "start", __end__: "end", __default_error_handler__: "on error" };
  return known[id] ?? id.replaceAll("_", " ");
}

export function lay({ nodes, edges }: Drawing): Laid {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 16, ranksep: 36, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) {
    graph.setNode(id, { width: Math.round(nodeName(id).length * LETTER) + 36, height: HEIGHT });
  }
  const seen = edges.filter(({ source, target }) => source !== target);
  for (const { source, target } of seen) graph.setEdge(source, target);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    boxes: nodes.map(({ id }) => ({ id, ...(graph.node(id) as Omit<Box, "id">) })),
    ways: seen.map(({ source, target, conditional = false }) => ({
      source,
      target,
      conditional,
      points: (graph.edge(source, target) as { points: Way["points"] }).points,
    })),
  };
}
