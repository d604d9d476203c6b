"""One module for each foreign thing, named after the thing that it hides."""
