"""Conversations handed to people."""
