"""A new file of the project is written as a whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from executable_glossary.adapters.new_file import create
from patience import PATIENCE


def test_it_is_created_but_never_replaced(tmp_path: Path) -> None:
    create(tmp_path / "rye.yml", "term: Röggel\n")
    assert (tmp_path / "rye.yml").read_bytes() == "term: Röggel\n".encode()
    with pytest.raises(FileExistsError, match=r"rye\.yml"):
        create(tmp_path / "rye.yml", "term: Rye\n")
    assert [path.name for path in tmp_path.iterdir()] == ["rye.yml"]


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    test_it_is_created_but_never_replaced(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
@pytest.mark.parametrize("limit", [0, 2000])
def test_on_a_full_disk_an_import_leaves_no_part_of_an_entry(tmp_path: Path, limit: int) -> None:
    command = [sys.executable, "-m", "executable_glossary"]
    subprocess.run([*command, "init", "bakery"], cwd=tmp_path, check=True, capture_output=True)
    project, definition = tmp_path / "bakery", "A loaf rises slowly. " * 200
    (project / "l.csv").write_text(f"term,definition\nRye,A bread.\nLong,{definition}\n")
    before = sorted(path.name for path in (project / "concepts").iterdir())
    limited = ["prlimit", f"--fsize={limit}", *command, "import", "l.csv"]
    done = subprocess.run(limited, cwd=project, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert f"File too large: {project}/concepts/{'rye' if not limit else 'long'}.yml" in done.stderr
    after = sorted(path.name for path in (project / "concepts").iterdir())
    assert set(after) - set(before) == (set() if not limit else {"rye.yml"})
