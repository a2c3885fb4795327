"""Password resets by e-mail."""
