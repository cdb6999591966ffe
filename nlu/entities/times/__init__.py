"""Days, times and spans of time."""
