"""What was found and changed, written for people and for programs."""
