"""Who writes drafts: the embedded model by our loop, models of others by LangChain's agent."""
