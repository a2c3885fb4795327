"""What judges the words of a model that words its own sentences; one idea a file."""
