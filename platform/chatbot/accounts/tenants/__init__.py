"""Organisations, for the operator."""
