"""Compares the cost of building pages: this generator, an earlier revision of it, and other site generators.

Run with `make bench-pages`, or with the number of concepts and a revision: `bench_pages.py 300 --base main`. Each concept
has pages for nine readers. All rows come from one run on one machine, because only their ratios can be compared with
other runs. The pages are counted, so no engine can win by leaving some out. The ratios are appended to
`bench/pages.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from metered import Cost, metered
from synthetic import REPOSITORY, write_glossary

CONCEPTS = 300
FEWEST = 4
EDITED = "concepts/concept-007.yml"
HISTORY = Path(__file__).parent / "bench/pages.jsonl"
FROZEN = ("--runs", "frozen")


@dataclass(frozen=True)
class Row:
    engine: str
    step: str
    cost: Cost
    pages: int | None = None


@dataclass(frozen=True)
class Checkout:
    """A revision of the generator. `name` is its name in the table."""

    name: str
    root: Path

    def run(self, folder: Path, *arguments: str) -> Cost:
        command = [sys.executable, "-P", "-m", "executable_glossary", *arguments]
        return metered(command, folder, self._environment, accepted=(0,))

    def mkdocs(self, folder: Path) -> Cost:
        command = [sys.executable, "-P", "-m", "mkdocs", "build", "--quiet"]
        return metered(command, folder, {**self._environment, "GLOSSARY_RUNS": "frozen"})

    @property
    def _environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(self.root / "generator"), "NO_MKDOCS_2_WARNING": "1"}


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as name, _checkouts(options.base, Path(name)) as checkouts:
        rows: list[Row] = []
        for row in _rows(checkouts, options.concepts, Path(name)):
            rows.append(row)
            _print(row)
        ratios = _ratios(rows)
    print(f"{'':58} {'wall':>7} {'CPU':>7}")
    for name, (wall, cpu) in ratios.items():
        print(f"{name:58} {wall:7.3f} {cpu:7.3f}")
    _remember(options.concepts, ratios)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("concepts", type=int, nargs="?", default=CONCEPTS)
    parser.add_argument("--base", help="a git revision to build in the same run")
    options = parser.parse_args()
    if options.concepts < FEWEST:
        parser.error(f"at least {FEWEST} concepts are needed, because each has links to {FEWEST - 1} others")
    return options


@contextmanager
def _checkouts(base: str | None, folder: Path) -> Iterator[list[Checkout]]:
    """This revision, preceded by the base if there is one. The base is checked out in a separate worktree."""
    ours = Checkout("ours", REPOSITORY)
    if base is None:
        print("skipped: the earlier revision; choose one with --base")
        yield [ours]
        return
    worktree, git = folder / "base", ["git", "-C", str(REPOSITORY), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(worktree), base], check=True)
    try:
        yield [Checkout("base", worktree), ours]
    finally:
        subprocess.run([*git, "remove", "--force", str(worktree)], check=True)


def _rows(checkouts: list[Checkout], concepts: int, folder: Path) -> Iterator[Row]:
    print(f"{'engine':14} {'step':28} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'pages':>6}")
    for checkout in checkouts:
        project = folder / f"glossary-{checkout.name}"
        project.mkdir()
        write_glossary(project, concepts, repository=checkout.root)
        yield from _our_rows(checkout, project)
    tree = folder / "tree"
    yield Row("ours", "render", checkouts[-1].run(project, "render", str(tree), *FROZEN))
    for engine in ENGINES:
        yield from engine(tree)


# This generator


def _our_rows(checkout: Checkout, project: Path) -> Iterator[Row]:
    def row(step: str, cost: Cost) -> Row:
        return Row(checkout.name, step, cost, _pages(project / "site"))

    yield Row(checkout.name, "help", min((checkout.run(project, "--help") for _ in range(3)), key=_cpu))
    yield Row(checkout.name, "check of this glossary", checkout.run(_copied(checkout, project), "check"))
    yield Row(checkout.name, "check, cold", checkout.run(project, "check"))
    yield Row(checkout.name, "check, nothing changed", checkout.run(project, "check"))
    shutil.rmtree(project / ".glossary", ignore_errors=True)
    yield row("cold", checkout.run(project, "build", *FROZEN))
    yield row("nothing changed", checkout.run(project, "build", *FROZEN))
    for name, old, new in EDITS:
        _edit(project / EDITED, old, new)
        yield row(name, checkout.run(project, "build", *FROZEN))
    shutil.rmtree(project / ".glossary")
    shutil.rmtree(project / "site")
    yield row("mkdocs build, cold", checkout.mkdocs(project))
    yield row("mkdocs build, nothing changed", checkout.mkdocs(project))


# Each edit changes one of these: a word in one reader's text, a meaning that other pages preview, a name that is
# linked.
EDITS = (
    ("edit: a word", "summary: ", "summary: Changed. "),
    ("edit: a meaning", "meaning:\n- text: ", "meaning:\n- text: Changed "),
    ("edit: an alias", "text: idea 007", "text: notion 007"),
)


def _copied(checkout: Checkout, project: Path) -> Path:
    """A copy of the repository's own glossary, so that none of its caches are used."""
    copy = project.parent / f"own-{checkout.name}"
    for name in ("concepts", "examples", "templates"):
        shutil.copytree(checkout.root / name, copy / name)
    shutil.copy(checkout.root / "mkdocs.yml", copy)
    return copy


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), "utf-8")


def _cpu(cost: Cost) -> float:
    return cost.cpu


def _pages(site: Path, pattern: str = "index.html") -> int:
    return sum(1 for _ in site.rglob(pattern))


# Other engines, on the tree of Markdown that `glossary render` wrote


def _material(tree: Path) -> Iterator[Row]:
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--quiet"]
    yield Row(
        "MkDocs alone", "cold", metered(command, tree, {"NO_MKDOCS_2_WARNING": "1"}), _pages(tree / "site")
    )


def _zensical(tree: Path) -> Iterator[Row]:
    if program := _found("zensical"):
        shutil.rmtree(tree / "site", ignore_errors=True)
        shutil.rmtree(tree / ".cache", ignore_errors=True)
        for step in ("cold", "nothing changed"):
            yield Row("Zensical", step, metered([program, "build"], tree), _pages(tree / "site"))


def _sphinx(tree: Path) -> Iterator[Row]:
    if program := _found("sphinx-build", "Sphinx with furo and MyST"):
        folder = tree.parent / "sphinx"
        shutil.copytree(tree / "docs", folder)
        extensions = "extensions = ['myst_parser']\nhtml_theme = 'furo'\n"
        (folder / "conf.py").write_text(f"project = 'b'\n{extensions}suppress_warnings = ['*']\n", "utf-8")
        command = [program, "-q", "-j", str(os.cpu_count()), "-b", "dirhtml", ".", "_site"]
        yield Row("Sphinx + furo", "cold", metered(command, folder), _pages(folder / "_site"))


def _hugo(tree: Path) -> Iterator[Row]:
    if program := _found("hugo"):
        folder = tree.parent / "hugo"
        (folder / "layouts/_default").mkdir(parents=True)
        (folder / "layouts/_default/single.html").write_text(BARE, "utf-8")
        (folder / "layouts/_default/list.html").write_text(BARE, "utf-8")
        (folder / "hugo.yaml").write_text(HUGO, "utf-8")
        for path in (tree / "docs").rglob("*.md"):
            # In Hugo, `index.md` is a leaf bundle: pages below it would become its attachments.
            target = folder / "content" / path.relative_to(tree / "docs").with_name("_index.md")
            target = target if path.name == "index.md" else target.with_name(path.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            # Hugo reads two kinds of syntax that MkDocs does not: shortcodes, and attributes of code blocks.
            text = re.sub(r"^(\s*`{3,}\w*).*$", r"\1", path.read_text("utf-8"), flags=re.MULTILINE)
            target.write_text(text.replace("{{", "{ {"), "utf-8")
        yield Row("Hugo, bare", "cold", metered([program, "--quiet"], folder), _pages(folder / "public"))


BARE = "<!doctype html><title>{{ .Title }}</title>{{ .Content }}"
HUGO = yaml.safe_dump(
    {
        "baseURL": "https://example.org/",
        "disableKinds": ["taxonomy", "term", "RSS", "sitemap"],
        "markup": {"goldmark": {"renderer": {"unsafe": True}}},
    }
)
ENGINES: tuple[Callable[[Path], Iterator[Row]], ...] = (_material, _zensical, _sphinx, _hugo)


def _found(program: str, name: str = "") -> str | None:
    """The path to the program. If it is not installed, prints a message and returns None."""
    path = shutil.which(program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        print(f"SKIPPED: {name or program} is not installed (no {program} on the path)", flush=True)
    return path


# Ratios


def _ratios(rows: list[Row]) -> Mapping[str, tuple[float, float]]:
    """The ratios of wall-clock times and of CPU times. CPU times are less affected by other load on the machine."""
    costs = {(row.engine, row.step): row.cost for row in rows}
    worst = max(
        (cost for (engine, step), cost in costs.items() if (engine, step[:4]) == ("ours", "edit")), key=_wall
    )
    today = costs.get(("base", "cold"))
    pairs = {
        "cold / MkDocs + Material alone": (costs["ours", "cold"], costs.get(("MkDocs alone", "cold"))),
        "cold / Hugo, bare": (costs["ours", "cold"], costs.get(("Hugo, bare", "cold"))),
        "cold / cold of the base": (costs["ours", "cold"], today),
        "nothing changed / cold of the base": (costs["ours", "nothing changed"], today),
        "one entry edited (worst) / cold of the base": (worst, today),
        "check, cold / cold of the base": (costs["ours", "check, cold"], today),
        "check, nothing changed / cold of the base": (costs["ours", "check, nothing changed"], today),
        "mkdocs build / glossary build": (costs["ours", "mkdocs build, cold"], costs["ours", "cold"]),
        "help / help of the base": (costs["ours", "help"], costs.get(("base", "help"))),
        "check of this glossary / the same with the base": (
            costs["ours", "check of this glossary"],
            costs.get(("base", "check of this glossary")),
        ),
    }
    return {
        name: (round(ours.wall / other.wall, 3), round(ours.cpu / other.cpu, 3))
        for name, (ours, other) in pairs.items()
        if other
    }


def _wall(cost: Cost) -> float:
    return cost.wall


def _print(row: Row) -> None:
    cost = row.cost
    pages = "" if row.pages is None else row.pages
    print(
        f"{row.engine:14} {row.step:28} {cost.wall:8.2f} {cost.cpu:8.2f} {cost.megabytes:8.0f} {pages:>6}",
        flush=True,
    )


def _remember(concepts: int, ratios: Mapping[str, tuple[float, float]]) -> None:
    command = ["git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    line = {"date": date.today().isoformat(), "commit": commit, "concepts": concepts, "wall, CPU": ratios}
    HISTORY.parent.mkdir(exist_ok=True)
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
