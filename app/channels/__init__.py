"""Other people's chat products as channels: the same gates, handoff and figures in each."""
