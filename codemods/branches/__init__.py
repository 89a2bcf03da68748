"""One branch per fix, written as git objects; nobody's working tree is touched."""
