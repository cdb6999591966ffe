"""Trained versions of a bot's understanding."""
