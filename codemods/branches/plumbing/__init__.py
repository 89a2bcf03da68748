"""What git is told to write and asked: objects and refs, never the index or the working tree."""
