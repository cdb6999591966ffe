"""Approved questions and answers."""
