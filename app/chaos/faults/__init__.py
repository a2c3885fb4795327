"""Each file is one thing that goes wrong."""
