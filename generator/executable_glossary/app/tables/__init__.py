"""Results laid out for a terminal: problems, pages, runs, coverage, upgrades."""
