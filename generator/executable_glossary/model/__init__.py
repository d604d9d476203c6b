"""Nouns: what the glossary is made of. Values only, no files, no side effects."""
