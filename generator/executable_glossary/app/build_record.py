"""Recognizes that a build or a check would do the same as the last one: everything that it depended on is unchanged."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pydantic import BaseModel, ConfigDict

from executable_glossary.app.build_inputs import fingerprint
from executable_glossary.execution import Runner
from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.model.build import Build
from executable_glossary.model.example import Example
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project
from executable_glossary.stages.execute import explain
from executable_glossary.stages.load.examples import load_examples
from executable_glossary.stages.load.tracked_store import tracked_store

FOLDER = "builds"


class BuildFacts(BaseModel):
    """What only the process that built the site knows.

    can_run: whether examples could run. results: for each run, which stored result is shown, or why there is none.
    files: paths to the files that determined the results. report: the problems that were printed. After a check, they
    can be errors (`failed`), and `hint` says where to read more.
    """

    model_config = ConfigDict(frozen=True)

    can_run: bool = False
    files: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    report: str = ""
    failed: bool = False
    hint: str = ""


class BuildRecord(BaseModel):
    """A finished build. `inputs`, `evidence`, and `site` are SHA-256 hashes."""

    model_config = ConfigDict(frozen=True)

    inputs: str
    evidence: str
    site: str
    facts: BuildFacts


def facts_of(project: Project, built: Build, runner: Runner, report: str) -> BuildFacts | None:
    """The facts about a build that has just ended; None if the next build must run examples again."""
    mode = project.settings.runs
    examples = tuple(built.glossary.examples.values()) if built.glossary else ()
    results = _results(project, examples, runner) if mode == "auto" else ()
    if mode == "refresh" or results is None:
        return None
    files = evidence_files(project, built)
    return BuildFacts(can_run=mode == "auto", files=files, results=results, report=report)


def evidence_files(project: Project, built: Build) -> tuple[str, ...]:
    """The paths to the files that determined the results which the build shows."""
    runs = (run for evidence in built.evidence.values() for run in evidence.runs)
    return tuple(sorted({str(project.root / path) for run in runs for path in run.files}))


class LastBuild:
    """The last build of the site in a folder, or the last check if `site` is None, as far as the next may rely on it.

    Create it before the build, because files may change while the site is built. options: those of the command.
    """

    def __init__(self, project: Project, site: Path | None, options: Mapping[str, Any]) -> None:
        self._project, self._site, self._options = project, site, options
        name = sha256(str(site).encode()).hexdigest()[:16]
        self._file = project.store / FOLDER / f"{name}.json"
        self._hashes = FileHashes(project.store / FOLDER)
        self._inputs = self._fingerprint()

    def unchanged(self, runner: Callable[[], Runner]) -> BuildFacts | None:
        """The facts about the last build if this build would change nothing. Runs nothing."""
        record = self._read()
        if record is None or record.inputs != self._inputs or tracked_store(self._project):
            return None
        if (record.evidence, record.site) != self._outcome(record.facts):
            return None
        if record.facts.can_run:
            examples, problems = load_examples(self._project)
            results = _results(self._project, tuple(examples.values()), runner())
            if errors(problems) or results != record.facts.results:
                return None
        self._hashes.save()
        return record.facts

    def keep(self, facts: BuildFacts, started: float) -> None:
        """Remember the build that has just ended, unless its sources changed while it ran. Ignores a full disk.

        started: when the build began, in seconds since 1970.
        """
        if self._inputs is None or self._inputs != self._fingerprint() or _is_newer(facts.files, started):
            return
        evidence, site = self._outcome(facts)
        record = BuildRecord(inputs=self._inputs, evidence=evidence, site=site, facts=facts)
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=self._file.parent, prefix=".part-", delete=False) as part:
                part.write(record.model_dump_json())
            os.replace(part.name, self._file)
            self._hashes.save()

    def forget(self) -> None:
        """Forget the last build, because its site is about to be replaced."""
        self._file.unlink(missing_ok=True)

    def _fingerprint(self) -> str | None:
        return fingerprint(self._project, self._options, self._hashes)

    def _outcome(self, facts: BuildFacts) -> tuple[str, str]:
        evidence = ((file, self._hashes.file(file)) for file in facts.files)
        site = _site_hashes(self._site, self._hashes) if self._site else ()
        return _digest(evidence), _digest(site)

    def _read(self) -> BuildRecord | None:
        with suppress(OSError, ValueError):
            return BuildRecord.model_validate_json(self._file.read_bytes())
        return None


def _results(project: Project, examples: Sequence[Example], runner: Runner) -> tuple[str, ...] | None:
    """One line for each run: the stored run that is shown, or why there is none. None if an example would run."""
    if not examples:
        return ()
    forecasts = explain(examples, project, runner, "auto")
    if any(forecast.runs for forecast in forecasts):
        return None
    return tuple(json.dumps({**asdict(forecast), "seconds": 0}) for forecast in forecasts)


def _digest(hashes: Iterable[tuple[str, str]]) -> str:
    return sha256(json.dumps(sorted(hashes)).encode()).hexdigest()


def _site_hashes(site: Path, hashes: FileHashes) -> Iterator[tuple[str, str]]:
    """The relative path and the SHA-256 of each file of the site. No build writes symbolic links, so each is a change."""
    for place, folders, files in os.walk(site):
        for path in (os.path.join(place, name) for name in (*folders, *files)):
            if os.path.islink(path):
                yield os.path.relpath(path, site), "link"
            elif not os.path.isdir(path):
                yield os.path.relpath(path, site), hashes.file(path)


def _is_newer(files: Iterable[str], started: float) -> bool:
    for file in files:
        with suppress(OSError, ValueError):  # a record can name a path that no system accepts
            state = os.stat(file)
            if max(state.st_mtime, state.st_ctime) >= started:
                return True
    return False
