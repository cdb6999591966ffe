"""What is recognised by its shape."""
