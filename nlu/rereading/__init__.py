"""A second look at a message: slips, names at its ends, several wishes."""
