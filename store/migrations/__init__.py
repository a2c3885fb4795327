"""The schema of the stores, step by step."""
