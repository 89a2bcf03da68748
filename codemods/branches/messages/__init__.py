"""What a commit says: its subject in the manner of the project, why, on what evidence, and its trailers."""
