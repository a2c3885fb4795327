"""What was decided, by whom, under which policy."""
