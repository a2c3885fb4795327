"""What the answer node may call: a Protocol, an adapter and a tool for each."""
