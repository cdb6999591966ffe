"""One turn, pure: no database, no HTTP."""
