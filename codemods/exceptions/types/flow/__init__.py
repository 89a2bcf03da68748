"""Where a variable got its value, and what the tests around say of it."""
