"""Numbers, sums and ranges."""
