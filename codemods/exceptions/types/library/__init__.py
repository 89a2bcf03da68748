"""What is known of the standard library: what typeshed says, and what it leaves open."""
