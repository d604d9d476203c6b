"""Runs the stages in order and reports their results."""
