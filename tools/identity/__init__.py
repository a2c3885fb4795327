"""One-time codes: proving who one is, where the host cannot say it."""
