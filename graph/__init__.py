"""The graph: graph.py is the drawing; a file per node, router and guard."""
