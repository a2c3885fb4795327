"""The AG-UI protocol: what its front ends send, and the events that they are given."""
