"""Approved questions: matched, and read from tables."""
