"""Conversations as tests: users with a goal, played on the real graph, graded by how they end."""
