"""The help centre: passages that can be found by meaning and quoted."""
