"""`make bench`: how fast a turn is, how it grows, what it holds in memory; ratios in one run."""
