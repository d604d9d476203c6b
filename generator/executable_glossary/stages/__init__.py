"""Verbs: the steps from files to pages, each a function from values to values and problems."""
