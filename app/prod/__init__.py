"""Production on one machine: Aegra with several workers, PostgreSQL, Redis and a Chroma server."""
