"""Packs an example into a zip file that runs where it is unpacked: scripts, shared modules, data, and a README.txt."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.execution.import_statements import imports_in
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.example import Example, install_command
from executable_glossary.model.glossary import Glossary

LARGEST = 5_000_000  # bytes; a larger data file is named in README.txt instead
EARLIEST = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the timestamp of every file, so that identical content produces identical bytes


def archive(build: PlannedBuild, templates: Templates, name: str, examples: Iterable[Example]) -> bytes:
    """A zip file whose only folder is called `name`. It contains the examples and those that they need."""
    scripts = with_needs(build.glossary, examples)
    files: dict[str, bytes] = {example.file: example.source.encode() for example in scripts}
    for example in scripts:
        files |= shared_modules(build.glossary, example)
    data = {file: path for example in scripts for file, path in _data(build.glossary, example)}
    large = sorted(file for file, path in data.items() if path.stat().st_size > LARGEST)
    files |= {file: path.read_bytes() for file, path in data.items() if file not in large}
    text = templates.render(
        "indexes/readme.txt.j2",
        build=build,
        folder=name,
        scripts=scripts,
        install=install_command(scripts),
        versions=_versions(build, scripts),
        large=large,
    )
    return _zipped(
        {f"{name}/{file}": content for file, content in (files | {"README.txt": text.encode()}).items()}
    )


def with_needs(glossary: Glossary, examples: Iterable[Example]) -> tuple[Example, ...]:
    """The examples and all that they need, directly or indirectly, each after those that it needs."""
    found: dict[str, Example] = {}
    for example in examples:
        needs = (glossary.examples[name] for name in example.settings.needs)
        found |= {needed.name: needed for needed in with_needs(glossary, needs)}
        found[example.name] = example
    return tuple(found.values())


def shared_modules(glossary: Glossary, example: Example) -> Mapping[str, bytes]:
    """The project's modules that a script imports, directly or through each other, keyed by their path relative to
    the script. They are found without running it, so they are known even if the example was skipped."""
    folder = PurePosixPath(example.path).parent
    beside = {
        path: content
        for path, content in glossary.modules.items()
        if PurePosixPath(path).is_relative_to(folder)
    }
    found, queue = dict[str, bytes](), [example.source]
    while queue:
        tops = {statement.top for statement in imports_in(queue.pop())}
        for path, content in beside.items():
            name = PurePosixPath(path).relative_to(folder)
            if name.parts[0].removesuffix(".py") in tops and str(name) not in found:
                found[str(name)] = content
                queue.append(content.decode("utf-8-sig", "replace"))
    return dict(sorted(found.items()))


def _data(glossary: Glossary, example: Example) -> Iterator[tuple[str, Path]]:
    """The data files that the example declares and that exist, keyed by their path relative to the script."""
    folder = PurePosixPath(example.path).parent
    for name in example.settings.data:
        file = glossary.data.get(str(folder / name))
        if file is not None:
            yield name, file


def _versions(build: PlannedBuild, scripts: Iterable[Example]) -> str:
    """The versions of the declared packages with which the results of this build were produced."""
    scripts = tuple(scripts)
    named = {
        canonicalize_name(Requirement(text).name) for example in scripts for text in example.dependencies
    }
    evidence = (build.evidence[example.name] for example in scripts if example.name in build.evidence)
    runs = (run for found in evidence for run in found.runs)
    versions = {name: version for run in runs for name, version in run.versions.items()}
    used = sorted(name for name in versions if canonicalize_name(name) in named)
    return ", ".join(f"{name} {versions[name]}" for name in used)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        for path, content in sorted(files.items()):
            entry = ZipInfo(path, EARLIEST)
            entry.create_system, entry.external_attr = (
                3,
                0o644 << 16,
            )  # as on Unix, wherever the site is built
            entry.compress_type = ZIP_DEFLATED
            zipped.writestr(entry, content)
    return packed.getvalue()
