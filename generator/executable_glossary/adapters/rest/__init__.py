"""Converts reST to HTML. Only `blocks`, `limits`, and `surroundings` can be imported without docutils."""
