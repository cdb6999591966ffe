"""Refusal that a knowledge base can be trusted with: a threshold fitted to questions put to it."""
