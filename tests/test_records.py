"""Committed records: a written record can be read again."""

from __future__ import annotations

import errno
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from executable_glossary.execution.records import read_record, write_record
from executable_glossary.model.run import Figure, Output, Run


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Run, ...]:
    picture = tmp_path / "somewhere.png"
    picture.write_bytes(b"a picture")
    figure = Figure("grid", picture, "A grid.", "Nine flowers.", 20, 10)
    outputs = (
        Output("look", "two\nlines\n", "careful\n", figures=(figure,)),
        Output("count", value="<b>3</b>", value_is_html=True),
        Output("nothing"),
    )
    metrics = {"b.accuracy": 0.1 + 0.2, "a.count": 3}
    first = Run(
        *("one", 0, "passed"),
        outputs=outputs,
        metrics=metrics,
        artifacts={"w": "0" * 64},
        files={"x.py": "1" * 64},
        seconds=1.234,
        peak_memory=123_456_789,
        versions={"numpy": "2.4"},
        key="c" * 64,
        date="2026-01-02T03:04:05+00:00",
    )
    return first, replace(first, seed=1, metrics={"b.accuracy": 0.5, "a.count": 3})


def read(folder: Path) -> tuple[Run, ...]:
    found, problems = read_record(folder, "one", "examples/recorded")
    assert problems == ()
    return found


def test_a_record_restores_everything_that_pages_show(tmp_path: Path, runs: tuple[Run, ...]) -> None:
    write_record(tmp_path / "recorded", runs)
    first, second = read(tmp_path / "recorded")
    assert first.metrics == runs[0].metrics
    assert second.metrics == runs[1].metrics
    assert [replace(output, figures=()) for output in first.outputs] == [
        replace(output, figures=()) for output in runs[0].outputs
    ]
    assert first.figures[0].file == tmp_path / "recorded" / "one" / "grid.png"
    assert first.figures[0].file.read_bytes() == b"a picture"
    assert (first.seconds, first.peak_memory) == (1.2, 123_000_000)
    assert first.files == runs[0].files
    assert (first.versions, first.key, first.date) == (runs[0].versions, runs[0].key, runs[0].date)
    assert second.outputs == ()


def test_a_record_is_sorted_and_deterministic(tmp_path: Path, runs: tuple[Run, ...]) -> None:
    file = tmp_path / "one.json"
    write_record(tmp_path, runs)
    before = file.read_bytes()
    write_record(tmp_path, read(tmp_path))
    assert file.read_bytes() == before
    assert b'     "a.count"' not in before or before.index(b"a.count") < before.index(b"b.accuracy")
    assert str(tmp_path).encode() not in before


def test_each_line_of_text_is_a_line_of_the_record(tmp_path: Path, runs: tuple[Run, ...]) -> None:
    write_record(tmp_path, runs)
    assert '"lines"' in [line.strip(" ,") for line in (tmp_path / "one.json").read_text().splitlines()]


def test_unused_pictures_are_removed(tmp_path: Path, runs: tuple[Run, ...]) -> None:
    write_record(tmp_path, runs)
    write_record(tmp_path, (replace(runs[0], outputs=()),))
    assert list((tmp_path / "one").iterdir()) == []


def test_a_missing_record_is_not_a_problem(tmp_path: Path) -> None:
    assert read_record(tmp_path, "one", "examples/recorded") == ((), ())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<<<<<<< ours\n",
        b"{}",
        b'{"schema": 99, "outputs": [], "runs": [], "versions": {}}',
        b"\xff\xfe",
        json.dumps({"schema": 1, "outputs": [], "runs": [], "versions": {}}).encode(),
        b'{"a":' * 100_000,
        b"[" * 1_000_000,
        b"9" * 100_000,
    ],
)
def test_an_invalid_record_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.json").write_bytes(content)
    found, (problem,) = read_record(tmp_path, "one", "examples/recorded")
    assert found == ()
    assert problem.code == "record-unreadable"
    assert problem.place.path == "examples/recorded/one.json"
    assert "--accept" in problem.help


def test_a_record_cannot_refer_to_a_picture_elsewhere(tmp_path: Path, runs: tuple[Run, ...]) -> None:
    write_record(tmp_path, runs)
    file = tmp_path / "one.json"
    file.write_text(file.read_text().replace('"grid"', '"../../secret"'))
    assert read_record(tmp_path, "one", "examples/recorded")[1]


@pytest.mark.parametrize(
    ("device", "is_read"), [("cuda:0", True), ("NVIDIA H200", True), ("H200 ::error::", False)]
)
def test_a_device_is_no_command_of_a_ci_service(
    tmp_path: Path, runs: tuple[Run, ...], device: str, is_read: bool
) -> None:
    write_record(tmp_path, runs)
    file = tmp_path / "one.json"
    file.write_text(re.sub(r'"device": "[^"]*"', f'"device": "{device}"', file.read_text()))
    assert bool(read_record(tmp_path, "one", "examples/recorded")[0]) is is_read


@pytest.mark.parametrize(("field", "length"), [("text", 300_000), ("errors", 300_000), ("value", 5_000_000)])
def test_a_record_contains_no_more_than_a_run(
    tmp_path: Path, runs: tuple[Run, ...], field: str, length: int
) -> None:
    write_record(tmp_path / "recorded", runs)
    file = tmp_path / "recorded" / "one.json"
    record = json.loads(file.read_text())
    record["outputs"][0][field] = ["x" * 99] * (length // 100)
    file.write_text(json.dumps(record))
    found, problems = read_record(tmp_path / "recorded", "one", "examples/recorded")
    assert (found, [problem.code for problem in problems]) == ((), ["record-unreadable"])
    assert "characters" in problems[0].message


IMPOSSIBLE = ("NaN", "Infinity", "-1", "1e400", "9" * 400, "9" * 5000, "[" * 500, '"1"', "null")


@pytest.mark.parametrize("number", IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
@pytest.mark.parametrize("field", ["peak_memory", "seconds", "seed"])
def test_an_impossible_number_is_a_problem(
    tmp_path: Path, runs: tuple[Run, ...], field: str, number: str
) -> None:
    write_record(tmp_path / "recorded", runs)
    file = tmp_path / "recorded" / "one.json"
    text = re.sub(rf'"{field}": [^,\n]+', f'"{field}": {number}', file.read_text(), count=1)
    file.write_text(text)
    found, problems = read_record(tmp_path / "recorded", "one", "examples/recorded")
    assert (found, [problem.code for problem in problems]) == ((), ["record-unreadable"])


@pytest.mark.parametrize("number", [*IMPOSSIBLE[:2], *IMPOSSIBLE[3:]], ids=range(len(IMPOSSIBLE) - 1))
def test_an_impossible_metric_is_a_problem(tmp_path: Path, runs: tuple[Run, ...], number: str) -> None:
    write_record(tmp_path / "recorded", runs)
    file = tmp_path / "recorded" / "one.json"
    file.write_text(file.read_text().replace('"a.count": 3', f'"a.count": {number}', 1))
    found, problems = read_record(tmp_path / "recorded", "one", "examples/recorded")
    assert (found, [problem.code for problem in problems]) == ((), ["record-unreadable"])


def test_a_path_that_no_system_accepts_is_an_error(tmp_path: Path, runs: tuple[Run, ...]) -> None:
    write_record(tmp_path / "recorded", runs)
    file = tmp_path / "recorded" / "one.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "files": {"a\0b": "0" * 64}}))
    found, problems = read_record(tmp_path / "recorded", "one", "examples/recorded")
    assert (found, [problem.code for problem in problems]) == ((), ["record-unreadable"])


def test_a_full_disk_keeps_the_old_record(
    tmp_path: Path, runs: tuple[Run, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record(tmp_path / "recorded", runs)

    def write_half(path: Path, text: str, encoding: str) -> int:
        path.write_bytes(text[: len(text) // 2].encode(encoding))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write_half)
    with pytest.raises(OSError, match="No space left"):
        write_record(tmp_path / "recorded", [replace(run, key="d" * 64) for run in runs])
    assert read(tmp_path / "recorded")[0].key == "c" * 64
    assert sorted(path.name for path in (tmp_path / "recorded").iterdir()) == ["one", "one.json"]
