"""The intent of a message."""
