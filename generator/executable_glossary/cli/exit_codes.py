"""The exit codes that all commands share."""

GOOD, PROBLEMS, WRONG_USE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130
