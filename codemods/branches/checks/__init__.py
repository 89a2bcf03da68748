"""The user's command, run in scratch worktrees for a branch and for what is below it."""
