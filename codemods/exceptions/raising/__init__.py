"""What statements, expressions and calls may raise, and what of it passes the handlers around."""
