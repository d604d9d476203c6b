"""The MkDocs program, as `glossary build` and `glossary serve` start it: any signal that ends it also cleans up."""

from __future__ import annotations

import signal
from functools import partial
from tempfile import TemporaryDirectory, mkdtemp
from types import SimpleNamespace

from mkdocs.__main__ import cli
from mkdocs.commands import serve

# A closed terminal sends SIGHUP; `nohup` ignores it.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Run MkDocs with the arguments of this process."""
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    with TemporaryDirectory(prefix="glossary-") as folder:
        # MkDocs creates the preview's folder before it can remove it, so an early signal would leave it behind.
        serve.tempfile = SimpleNamespace(mkdtemp=partial(mkdtemp, dir=folder))  # type: ignore[assignment, attr-defined]
        try:
            cli(prog_name="mkdocs")
        finally:
            # A second Ctrl-C must not interrupt the cleanup.
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
