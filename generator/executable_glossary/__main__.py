"""`python -m executable_glossary` runs the command `glossary`."""

from executable_glossary.cli import main

if __name__ == "__main__":
    main()
