"""The glossary's data model: plain values that do not read or write files and have no side effects."""
