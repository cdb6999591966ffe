"""Keys for integrators."""
