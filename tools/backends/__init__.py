"""How a tool calls a service: signed, in time, tried again where that helps."""
