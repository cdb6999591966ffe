"""How well a bot understands: evaluations, regression, drift, clusters."""
