"""The stages that turn files into pages. Their names are verbs. Each stage is a function that takes values and returns
values and problems."""
