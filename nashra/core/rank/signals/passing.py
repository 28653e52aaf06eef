"""What a reader was shown and passed by."""
