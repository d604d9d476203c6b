"""The entry point of the command `glossary`, which is also `python -m executable_glossary`.

A project may contain a `click.py` or a `jinja2/`, so this module takes the current folder off the import path before
anything else is imported. Until then it uses only what Python itself has loaded: no `typing`, no `__future__`.
"""

import os
import sys


def main() -> None:
    """Run the command without importing anything from the current folder."""
    leave_out_current_folder()
    from executable_glossary.cli import main as command

    command()


def leave_out_current_folder() -> None:
    """Drop it from this process's import path and from the PYTHONPATH that child processes inherit.

    `python -m` puts it first; an empty entry in PYTHONPATH, such as the one in ":/opt/lib", means it too.
    """
    try:
        here = os.getcwd()
    except FileNotFoundError:
        return
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    if "PYTHONPATH" in os.environ:
        entries = os.environ["PYTHONPATH"].split(os.pathsep)
        os.environ["PYTHONPATH"] = os.pathsep.join(
            entry for entry in entries if os.path.abspath(entry) != here
        )


if __name__ == "__main__":
    main()
