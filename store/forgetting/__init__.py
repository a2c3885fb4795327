"""Forgetting people: what goes, what stays without a name, and what is not ours to take."""
