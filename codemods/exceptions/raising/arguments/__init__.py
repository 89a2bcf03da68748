"""What a call raises because of the arguments that it gets."""
