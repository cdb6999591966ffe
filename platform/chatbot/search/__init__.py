"""What a question finds."""
