"""Adapters to systems outside, one file a system. Knows no database, no web framework and no other module."""
