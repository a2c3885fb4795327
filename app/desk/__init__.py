"""What the desk does, carried out as runs of the graph."""
