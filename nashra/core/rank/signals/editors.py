"""What the editors chose."""
