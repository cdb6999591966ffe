"""Documents of knowledge bases: received, indexed, changed."""
