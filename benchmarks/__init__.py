"""Figures by hand: load, ingestion and quality. Nothing here asserts on time."""
