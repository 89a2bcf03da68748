"""What linters print: their JSON, their XML and CSV, and their lines of text."""
