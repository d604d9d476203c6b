"""Results as text, tables, and JSON: problems, pages, runs, coverage, upgrades."""
