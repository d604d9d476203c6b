"""Where the outside world calls in: the command line and MkDocs."""
