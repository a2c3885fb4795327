"""Measurement: evals, reports and the bench. Evals are not tests."""
