"""Progress of runs: one rewritten line on a terminal, plain lines elsewhere, and an estimate of the time left."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from executable_glossary.app.run_progress import RunProgress
from executable_glossary.model.run import Outcome, Pulse, RunEvent
from executable_glossary.model.run_tally import RunTally

# Two runs of `a`, which took 100 s when they were recorded, and then one of `b`, which took 60 s.
A0 = RunEvent("a", 0, None, 100, waiting=(("a", 100), ("b", 60)))
A1 = RunEvent("a", 1, None, 100, waiting=(("b", 60),))
B = RunEvent("b", 0, None, 60)


def ended(
    event: RunEvent, waiting: tuple[tuple[str, float], ...] = (), outcome: Outcome = "passed"
) -> RunEvent:
    return replace(event, outcome=outcome, seconds=49.0, waiting=waiting)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Clock()


def show(stream: io.StringIO, clock: Clock, *steps: tuple[float, RunEvent | Pulse]) -> str:
    """What is written while the events happen at their times."""
    progress = RunProgress(stream, clock)
    for clock.now, event in steps:
        progress(event)
    return stream.getvalue()


def test_without_a_terminal_each_finished_example_has_a_line(clock: Clock) -> None:
    lines = show(
        io.StringIO(),
        clock,
        (0, A0),
        (0, A1),
        (29, Pulse.WAITING),
        (31, Pulse.WAITING),
        (50, ended(A0, waiting=(("b", 60),))),
        (50, B),
        (60, ended(A1, outcome="raised")),
        (89, Pulse.WAITING),
        (99, ended(B)),
        (99, Pulse.ENDED),
    ).splitlines()
    assert lines == [
        "0 of 3 runs done, about 2 minutes left; running: a (seed 0), a (seed 1)",
        "a: passed, raised after 98.0 s; 2 of 3 runs done, less than a minute left",
        "b: passed after 49.0 s; 3 of 3 runs done",
    ]


def test_a_terminal_shows_one_line_and_nothing_at_the_end(clock: Clock) -> None:
    steps = ((0.0, A0), (0.0, A1), (65.0, Pulse.WAITING), (130.0, Pulse.ENDED))
    first, second, third, blank, end = show(Terminal(), clock, *steps).split("\r")[1:]
    assert first == "[--------------------] 0 of 3 runs, about 4 minutes left: a (seed 0)"
    assert second.startswith("[--------------------] 0 of 3 runs, about 2 minutes left: a (seed 0), ")
    assert second.endswith("...")
    assert third == "[##########----------] 0 of 3 runs, about 1 minute left: a (seed 0), a (seed 1)"
    assert {len(second), len(third)} == {79}
    assert (blank.strip(), len(blank), end) == ("", 79, "")


@pytest.mark.parametrize(("variable", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_a_log_contains_no_control_characters(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    text = show(Terminal(), clock, (0, B), (9, Pulse.WAITING), (9, ended(B)), (9, Pulse.ENDED))
    assert text == "b: passed after 49.0 s; 1 of 1 runs done\n"


@pytest.mark.parametrize(
    ("steps", "now", "left", "share"),
    [
        # As recorded, two at a time.
        ([(0, A0), (0, A1)], 0, 130, 0),
        ([(0, A0), (0, A1)], 50, 80, 50 / 130),
        # The first one took half as long as recorded, so the others should too.
        ([(0, A0), (0, A1), (50, ended(A0, A1.waiting))], 50, 30, 50 / 80),
        # No run has ended, but both already take twice as long.
        ([(0, A0), (0, A1)], 200, 120, 200 / 320),
        # There is no record: nothing is known until a run has ended.
        ([(0, replace(B, seconds=0, waiting=(("a", 0.0),)))], 30, None, 0),
        ([(0, replace(B, seconds=0)), (40, ended(B, (("a", 0.0),)))], 40, 40, 0.5),
        ([(0, B), (40, ended(B))], 40, 0, 1),
    ],
)
def test_the_time_left_follows_from_the_records_and_the_pace(
    steps: list[tuple[float, RunEvent]], now: float, left: float | None, share: float
) -> None:
    tally = RunTally(0)
    for time, event in steps:
        tally.add(event, time)
    assert tally.seconds_left(now) == left
    assert tally.share(now) == share
