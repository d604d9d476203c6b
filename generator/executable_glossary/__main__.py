"""The entry point of the `glossary` command, which can also be run as `python -m executable_glossary`.

A project can contain a `click.py` file or a `jinja2` folder, so this module removes the current folder from
the import path before it imports anything else. Until then, it uses only modules that Python has already
loaded: no `typing`, no `__future__`.
"""

import os
import sys

INTERRUPTED = 130  # as in `cli.exit_codes`, which must not be imported yet


def main() -> None:
    """Run the command without importing anything from the current folder."""
    leave_out_current_folder()
    try:
        from executable_glossary.cli import main as command

        command()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def leave_out_current_folder() -> None:
    """Remove the current folder from this process's import path and from the PYTHONPATH that child processes
    inherit.

    `python -m` puts that folder first on the path; an empty entry in PYTHONPATH, as in ":/opt/lib", also
    refers to it.
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
