"""What came in from chat products and what goes out to them, each once; and who is whom there."""
