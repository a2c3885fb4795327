"""What people find in answers of the AI that were picked at random."""
