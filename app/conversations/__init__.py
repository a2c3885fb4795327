"""Where whole conversations are kept, beside our own stores."""
