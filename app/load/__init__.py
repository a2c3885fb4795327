"""Many customers at once on a whole server, for some minutes: what it does to them, and to it."""
