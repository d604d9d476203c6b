"""The distribution that each installed module belongs to."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from executable_glossary.execution import installed_modules
from executable_glossary.execution.installed_modules import distributions_by_module


def install(folder: Path, name: str, record: str, top_level: str = "") -> None:
    information = folder / f"{name}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (information / "RECORD").write_text(record, "utf-8")
    if top_level:
        (information / "top_level.txt").write_text(top_level, "utf-8")


def test_each_module_has_the_distributions_that_the_standard_library_finds() -> None:
    ours = distributions_by_module()
    for module, distributions in metadata.packages_distributions().items():
        assert set(ours[module]) >= set(distributions), module


def test_modules_are_declared_or_found_in_the_list_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "declares", "hidden/__init__.py,,\n", "shown\nalso_shown\n")
    install(
        tmp_path, "lists", 'pack/__init__.py,,\n"pack/a,b.py",,\nsingle.py,,\nlists-1.0.dist-info/RECORD,,\n'
    )
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert distributions_by_module() == {
        "shown": ["declares"],
        "also_shown": ["declares"],
        "pack": ["lists"],
        "single": ["lists"],
    }


def test_an_installation_is_noticed_and_the_files_are_read_once_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path), str(tmp_path / "absent")])
    read: list[str] = []
    modules = installed_modules._modules
    monkeypatch.setattr(
        installed_modules,
        "_modules",
        lambda distribution: read.append(distribution.metadata["Name"]) or modules(distribution),
    )
    install(tmp_path, "first", "one.py,,\n")
    assert distributions_by_module() == distributions_by_module() == {"one": ["first"]}
    assert read == ["first"]
    install(tmp_path, "second", "two.py,,\n")
    assert set(distributions_by_module()) == {"one", "two"}
