"""What is so well known where it stands that it raises nothing: keys that are there, small numbers."""
