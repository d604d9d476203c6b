"""`python -m generator` is the command `glossary`."""

from generator.edges.cli import main

if __name__ == "__main__":
    main()
