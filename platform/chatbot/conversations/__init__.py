"""Talks: turns, streams, history."""
