"""What is called, what it gets, and what it gives back."""
