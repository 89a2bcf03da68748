"""Fixes that meet: which conflict, how they go on top of each other, and all of them on one branch."""
