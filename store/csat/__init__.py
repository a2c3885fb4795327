"""Customer satisfaction, by resolution path and never over all paths."""
