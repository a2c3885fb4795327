"""One-time codes, hashed, and for how long a conversation is trusted after one."""
