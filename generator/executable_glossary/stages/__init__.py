"""The stages from files to pages, named with verbs. Each is a function from values to values and problems."""
