"""Finds known faults in Python code and repairs them, as values: findings, fixes and edits."""
