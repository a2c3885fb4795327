"""The routes under /handrail, beside those of the LangGraph server."""
