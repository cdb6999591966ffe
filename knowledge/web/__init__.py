"""Pages of the web: which may be read, what they link to, what they are called."""
