"""The pieces that documents are cut into."""
