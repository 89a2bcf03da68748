"""What kind of value an expression has, and what a name stands for that is called."""
