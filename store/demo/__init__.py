"""The demo company, and loaders that fill the stores."""
