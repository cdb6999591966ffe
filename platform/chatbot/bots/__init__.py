"""A bot: its settings, what it is taught, its widget."""
