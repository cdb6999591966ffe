"""Outside systems that bots ask."""
