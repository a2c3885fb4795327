"""What a customer says, carried out as runs of the graph, for whoever shows the answer."""
