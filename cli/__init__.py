"""The `patchwright` command: one verb per file; rendering and exit codes, no logic."""
