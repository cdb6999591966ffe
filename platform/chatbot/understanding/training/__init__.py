"""From examples to a version."""
