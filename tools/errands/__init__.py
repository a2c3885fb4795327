"""What is done for an account behind the desk: links and codes to the address on file."""
