"""The exit codes of all commands."""

GOOD, PROBLEMS, WRONG_USE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130
