"""Where the branches that we wrote stand today, and which of them are done."""
