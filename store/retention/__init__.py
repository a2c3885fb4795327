"""Retention: what is older than the policy says goes, in batches; the figures stay."""
