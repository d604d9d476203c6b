"""Finds installed modules, and the distributions that they belong to, without importing them."""

from __future__ import annotations

import inspect
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# The folders that pip installs into; Debian's own packages are in the second one.
SITES = ("site-packages", "dist-packages")


@lru_cache(maxsize=2**12)
def location(module: str) -> Path | None:
    """The file or folder from which a top-level module would be imported; None if it is one of Python's own modules or
    is not installed."""
    if module in sys.stdlib_module_names:
        return None
    try:
        spec = find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return None
    places = (
        [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else ())] if spec else []
    )
    place = Path(places[0]) if places else None
    # The current folder may be on the build's `sys.path`, but never on a run's.
    return place if place and place.parent != Path.cwd() else None


@lru_cache(maxsize=2**12)
def is_fixed(module: str) -> bool:
    """Whether a top-level module is in a folder that changes only when packages are installed. This excludes editable
    installations and the project's own folders."""
    place = location(module)
    sites = (Path(path).resolve() for path in sys.path if Path(path).name in SITES)
    return place is not None and any(place.resolve().is_relative_to(site) for site in sites)


def submodule_exists(package: str, name: str) -> bool:
    """Whether an installed package, such as `matplotlib`, has a file or folder for a submodule such as `pyplot`."""
    top, *below = package.split(".")
    place = location(top)
    folder = place.joinpath(*below) if place else None
    return (
        folder is not None
        and name.isidentifier()
        and (
            (folder / f"{name}.py").is_file()
            or (folder / name / "__init__.py").is_file()
            or any(folder.glob(f"{name}.*.so"))
        )
    )


def distributions_by_module() -> Mapping[str, Sequence[str]]:
    """The names of the distributions that install each top-level module, as `metadata.packages_distributions` returns
    them, but without creating an object for each of 50,000 installed files."""
    return _distributions_by_module(tuple(_modified(folder) for folder in sys.path))


def needed_by(modules: Iterable[str], distributions: Iterable[str], module: str) -> str:
    """The name of a distribution that requires `module` and on which `modules` or `distributions` depend, directly or
    indirectly; empty if there is no such distribution."""
    provided = distributions_by_module()
    providers = {canonicalize_name(name) for name in provided.get(module, ())}
    queue = [*(name for imported in modules for name in provided.get(imported, ())), *distributions]
    seen: set[str] = set()
    while queue:
        name = queue.pop(0)
        if canonicalize_name(name) in seen:
            continue
        seen.add(canonicalize_name(name))
        required = tuple(_requirements(name))
        if any(canonicalize_name(each) in providers for each in required):
            return name
        queue += required
    return ""


@lru_cache(maxsize=1)
def _distributions_by_module(_folders: tuple[int | None, ...]) -> Mapping[str, Sequence[str]]:
    """The distributions that install each module. They are read again after an installation, which changes the
    modification time of a folder."""
    found = defaultdict(list)
    for distribution in metadata.distributions():
        for module in _modules(distribution):
            found[module].append(distribution.metadata["Name"])
    return found


def _modified(folder: str) -> int | None:
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return None


def _modules(distribution: metadata.Distribution) -> set[str]:
    """The top-level modules that a distribution declares or, if it declares none, those in its list of files."""
    declared = (distribution.read_text("top_level.txt") or "").split()
    if declared:
        return set(declared)
    files = [
        line.strip('"').partition(",")[0] for line in (distribution.read_text("RECORD") or "").splitlines()
    ]
    packages = {file.partition("/")[0] for file in files if "/" in file and file.endswith(".py")}
    return packages | {name for file in files if "/" not in file and (name := inspect.getmodulename(file))}


def _requirements(distribution: str) -> Iterator[str]:
    """The distributions that a distribution requires in this environment, without its extras."""
    try:
        requirements = metadata.requires(distribution) or ()
    except metadata.PackageNotFoundError:
        return
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
