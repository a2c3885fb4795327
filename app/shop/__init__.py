"""A shop for trying Handrail out: a host product with customers, staff and the chat widget."""
