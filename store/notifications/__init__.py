"""What people are to be told about handoffs, and to whom it has been told."""
