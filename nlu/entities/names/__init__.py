"""Names of places, people and things."""
