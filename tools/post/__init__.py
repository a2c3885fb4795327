"""Mail to customers, at the address on file."""
