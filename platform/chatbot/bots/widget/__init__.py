"""The widget of a bot: where it may stand, and whom it lets in."""
