"""The Executable Glossary's generator: turns entries and examples into a cross-linked site."""
