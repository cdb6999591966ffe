"""Documents in, passages and cited answers out. Knows no database, no HTTP framework and no other module."""
