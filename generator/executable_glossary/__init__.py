"""The Executable Glossary's generator: entries and examples in, a cross-linked site out."""
