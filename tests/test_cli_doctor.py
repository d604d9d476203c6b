"""`glossary doctor`: its reports on this machine and on other kinds of machines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from executable_glossary.app.tables.doctor_table import doctor_lines
from glossaries import glossary

COMPLETE = {
    "network": "off", "processes": "namespace", "files": "refused", "reads": "limited", "memory": "watched",
    "traced": "all",
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_it_reports_this_machine_in_any_folder(tmp_path: Path) -> None:
    lines = glossary(tmp_path, "doctor").stdout.splitlines()
    assert "yes memory     memory is monitored" in lines
    assert len(lines) >= len(COMPLETE)


def test_a_complete_machine_needs_no_advice() -> None:
    lines = doctor_lines(COMPLETE, ()).splitlines()
    assert [line[:4] for line in lines] == ["yes "] * len(COMPLETE)


def test_what_is_missing_has_a_reason() -> None:
    told = doctor_lines(
        {**COMPLETE, "network": "on", "traced": "python"}, ("ptrace: Operation not permitted",)
    )
    assert "no  network    runs can use the network (requires Linux with network namespaces)" in told
    assert "only files that Python itself opens are tracked (ptrace: Operation not permitted)" in told
    assert 'reads = "project"' in told


def test_no_run_is_possible() -> None:
    assert doctor_lines({}, ()).startswith("No example can run on this machine")
