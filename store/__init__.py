"""What is kept: one Protocol for each kind, adapters named by technology."""
