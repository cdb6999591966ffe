"""Who may come in: people, keys, organisations, signing in."""
