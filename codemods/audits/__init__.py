"""Reading reports about a project (Markdown, SARIF, linter output) and holding them against its code."""
