"""Passages of the help centre."""
