"""`make chaos`: break what production stands on, and look whether every promise was kept."""
