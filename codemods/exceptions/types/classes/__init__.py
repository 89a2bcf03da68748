"""The project's classes: what is above them, and what their attributes are."""
