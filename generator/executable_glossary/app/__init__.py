"""The stages in order, and the report of what they found."""
