"""What is to be done for an account after the conversation has gone on."""
