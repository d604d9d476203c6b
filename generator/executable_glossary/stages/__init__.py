"""The stages that turn files into pages, named with verbs. Each is a function that takes values and returns
values and problems."""
