"""How well a model understands, and why."""
