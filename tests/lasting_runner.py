"""A fork server that many tests share."""

from __future__ import annotations

from executable_glossary.execution import ForkServerRunner


class LastingRunner(ForkServerRunner):
    """Keeps its fork server between builds. Each build closes its runner at the end, and a new fork server takes longer
    than any run in these tests. `end` closes it."""

    def close(self) -> None:
        return

    def end(self) -> None:
        super().close()
