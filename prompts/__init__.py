"""Words: what models, customers and people read."""
