"""What the Makefile runs. Standard library only, except where a module says that it runs inside `.venv`."""
