"""Slots learned from annotated examples."""
