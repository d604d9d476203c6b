"""Runs the stages in order and reports the problems they find."""
