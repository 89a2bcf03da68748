"""What operators, displays and subscripts raise, by the types of operands; what builtins run for them."""
