"""Bots brought from other systems, and taken along."""
