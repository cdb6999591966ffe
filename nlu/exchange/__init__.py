"""Bots in other programs' files and in our own: read into one neutral form, and written out again."""
