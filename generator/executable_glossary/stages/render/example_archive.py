"""Packs an example into a zip file that runs where it is unpacked: scripts, shared modules, data, and a README.txt."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.execution.import_statements import imports_in
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.example import Example, install_command
from executable_glossary.model.glossary import Glossary

# In bytes. Data files that are larger, or too many, are named in README.txt instead.
LARGEST, ALL_TOGETHER = 5_000_000, 20_000_000
MOST_NAMED = 10  # files in a list in README.txt
EARLIEST = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the timestamp of every file, so that identical content produces identical bytes


def archive(build: PlannedBuild, templates: Templates, name: str, examples: Iterable[Example]) -> bytes:
    """A zip file whose only folder is called `name`. It contains the examples and those that they need.

    Examples from different folders keep their folders.
    """
    scripts = with_needs(build.glossary, examples)
    folders = {example.name: folder for example, folder in zip(scripts, _folders(scripts), strict=True)}
    files, large = _files(build, scripts, folders)
    text = templates.render(
        "indexes/readme.txt.j2",
        build=build,
        folder=name,
        page=scripts[-1].folder if len(scripts) < len(build.glossary.examples) else "examples",
        scripts=scripts,
        folders={script: "" if str(folder) == "." else str(folder) for script, folder in folders.items()},
        install=install_command(scripts),
        versions=_versions(build, scripts),
        large=named_files(large),
        elsewhere=_elsewhere(build, scripts),
    )
    return _zipped(
        {f"{name}/{file}": content for file, content in (files | {"README.txt": text.encode()}).items()}
    )


def _files(
    build: PlannedBuild, scripts: Iterable[Example], folders: Mapping[str, PurePosixPath]
) -> tuple[dict[str, bytes], list[str]]:
    """The content of all files, keyed by path, and the data files that are too large to be included."""
    glossary = build.glossary
    files: dict[str, bytes] = {}
    data: dict[str, Path] = {}
    for example in scripts:
        folder = folders[example.name]
        files[str(folder / example.file)] = example.source.encode()
        modules = shared_modules(glossary, example)
        files |= {str(folder / file): content for file, content in modules.items()}
        found = build.evidence.get(example.name)
        read = found.read if found else {}
        data |= {
            str(folder / file): path for file, path in {**read, **dict(_data(glossary, example))}.items()
        }
    others = {file: path for file, path in data.items() if file not in files}
    small = _fitting(others)
    return files | {file: others[file].read_bytes() for file in small}, sorted(others.keys() - small)


def _fitting(files: Mapping[str, Path]) -> frozenset[str]:
    """The files that can be included, smallest first, up to the limits."""
    sizes = sorted((path.stat().st_size, file) for file, path in files.items())
    totals = accumulate(size for size, _ in sizes)
    fits = zip(sizes, totals, strict=True)
    return frozenset(file for (size, file), total in fits if size <= LARGEST and total <= ALL_TOGETHER)


def _elsewhere(build: PlannedBuild, scripts: Iterable[Example]) -> tuple[str, ...]:
    """The files outside the scripts' folders that their runs read, as lists for README.txt."""
    found = (build.evidence[example.name] for example in scripts if example.name in build.evidence)
    return named_files(sorted({name for each in found for name in each.read_elsewhere}))


def named_files(names: Sequence[str]) -> tuple[str, ...]:
    """The names, or the first of them and the number of the others."""
    more = len(names) - MOST_NAMED
    return (*names[:MOST_NAMED], f"... ({more} more)") if more > 0 else tuple(names)


def _folders(scripts: Iterable[Example]) -> list[PurePosixPath]:
    """The folder of each script, relative to the innermost one that contains all of them."""
    parents = [PurePosixPath(example.path).parent for example in scripts]
    common = posixpath.commonpath(map(str, parents)) if parents else ""
    return [parent.relative_to(common) for parent in parents]


def with_needs(glossary: Glossary, examples: Iterable[Example]) -> tuple[Example, ...]:
    """The examples and everything they need, directly or indirectly, with dependencies first."""
    found: dict[str, Example] = {}
    for example in examples:
        needs = (glossary.examples[name] for name in example.settings.needs)
        found |= {needed.name: needed for needed in with_needs(glossary, needs)}
        found[example.name] = example
    return tuple(found.values())


def shared_modules(glossary: Glossary, example: Example) -> Mapping[str, bytes]:
    """The project's modules that a script imports, directly or indirectly, keyed by their path relative to
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
    """The versions of the declared packages that produced the results in this build."""
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
            )  # as on Unix, regardless of where the site is built
            entry.compress_type = ZIP_DEFLATED
            zipped.writestr(entry, content)
    return packed.getvalue()
