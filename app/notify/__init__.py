"""Tell people about handoffs: by webhook, by mail, in Slack."""
