"""Measures the cost of running documentation examples in this engine, sphinx-gallery, and MyST-NB.

Run with `make bench-examples`. All tools run the same small examples. For each tool and each edit, it prints the
duration of the whole command in seconds and the number of examples that ran again. An example that runs writes a new
token to its page, so the pages themselves show which ones ran.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

COUNT = 20
CODE = """\
import secrets
import time

import matplotlib.pyplot as plt
import torch
{helper}
torch.manual_seed({number})
end = time.perf_counter() + 0.3
weights = torch.zeros(32, 1, requires_grad=True)
inputs = torch.randn(256, 32)
targets = inputs.sum(dim=1, keepdim=True)
losses = []
while time.perf_counter() < end:
    loss = {loss}
    loss.backward()
    with torch.no_grad():
        weights -= 0.05 * weights.grad
        weights.grad = None
    losses.append(loss.item())
print(f"token-{{secrets.token_hex(6)}}")
"""
PLOT = """\
plt.figure("losses")
_ = plt.plot(losses[:50])
figures = {"losses": {"caption": "Loss by step.", "alt": "A falling line."}}
metrics = {"steps": len(losses)}
"""
HELPER = "def squared(answers, targets):\n    return (answers - targets).square().mean()\n"


@dataclass(frozen=True)
class Tool:
    """Lays out a project for one tool and builds it. `page` finds an example's HTML page."""

    name: str
    lay_out: Callable[[Path], None]
    source: Callable[[Path, int], Path]
    helper: Callable[[Path], Path]
    command: Callable[[Path], list[str]]
    page: Callable[[Path, int], Path]


def uses_helper(number: int) -> bool:
    """Every other example imports the shared module."""
    return number % 2 == 0


def code(number: int, module: str) -> str:
    helped = uses_helper(number)
    loss = "squared(inputs @ weights, targets)" if helped else "(inputs @ weights - targets).square().mean()"
    return CODE.format(number=number, helper=f"from {module} import squared\n" if helped else "", loss=loss)


# This engine


def lay_out_ours(folder: Path) -> None:
    (folder / "concepts").mkdir()
    (folder / "examples").mkdir()
    (folder / "templates").symlink_to(Path(__file__).parent.parent / "templates")
    (folder / "mkdocs.yml").write_text(MKDOCS, "utf-8")
    (folder / "concepts/_axes.yml").write_text(AXES, "utf-8")
    for concept, other in (("descent", "slope"), ("slope", "descent")):
        entry = ENTRY.format(term=concept.capitalize(), other=other)
        (folder / f"concepts/{concept}.yml").write_text(entry, "utf-8")
    (folder / "examples/_shared.py").write_text(HELPER, "utf-8")
    for number in range(COUNT):
        text = f"{HEAD}{code(number, '_shared')}\n# %% The curve\n# It falls.\n{PLOT}"
        ours_source(folder, number).write_text(text.replace("NUMBER", str(number)), "utf-8")


def ours_source(folder: Path, number: int) -> Path:
    return folder / f"examples/plot_{number:02d}.py"


MKDOCS = """\
site_name: Benchmark
docs_dir: templates/site
theme: {name: material, font: false}
markdown_extensions: [attr_list, md_in_html, tables, pymdownx.superfences]
plugins: [{glossary: {preload: [torch, matplotlib.pyplot]}}]
"""
AXES = """\
formats:
  - id: entry
    label: Entry
    path: ""
    parts: [{block: definition, heading: Definition}]
"""
ENTRY = """\
term: {term}
meaning: A word that this benchmark needs.
see_also: [{{concept: {other}, relation: used-with, why: The one needs the other.}}]
blocks: {{definition: A word that this benchmark needs.}}
"""
HEAD = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
# [tool.glossary]
# timeout = 60
# ///
"""Example NUMBER

A line fitted by gradient descent.
"""

# %% Fit
# Some prose.
'''

# --- sphinx-gallery


def lay_out_gallery(folder: Path, parallel: int | bool) -> None:
    (folder / "gallery").mkdir()
    (folder / "gallery/README.rst").write_text("Gallery\n=======\n", "utf-8")
    (folder / "shared.py").write_text(HELPER, "utf-8")
    (folder / "index.rst").write_text("Benchmark\n=========\n\n.. toctree::\n\n   auto/index\n", "utf-8")
    options = f"{{'examples_dirs': 'gallery', 'gallery_dirs': 'auto', 'parallel': {parallel}}}"
    conf = f"project = 'b'\nextensions = ['sphinx_gallery.gen_gallery']\nsphinx_gallery_conf = {options}\n"
    (folder / "conf.py").write_text(conf, "utf-8")
    for number in range(COUNT):
        text = f'"""\nExample {number}\n==========\n\nA line fitted by gradient descent.\n"""\n\n# %%\n# Some prose.\n'
        gallery_source(folder, number).write_text(
            f"{text}{code(number, 'shared')}\n# %%\n# It falls.\n{PLOT}"
        )


def gallery_source(folder: Path, number: int) -> Path:
    return folder / f"gallery/plot_{number:02d}.py"


# --- MyST-NB


def lay_out_notebooks(folder: Path) -> None:
    (folder / "shared.py").write_text(HELPER, "utf-8")
    names = "\n".join(f"plot_{number:02d}" for number in range(COUNT))
    (folder / "index.md").write_text(f"# Benchmark\n\n```{{toctree}}\n{names}\n```\n", "utf-8")
    conf = (
        "project = 'b'\nextensions = ['myst_nb']\nnb_execution_mode = 'cache'\nnb_execution_in_temp = False\n"
    )
    (folder / "conf.py").write_text(conf, "utf-8")
    front = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"
    for number in range(COUNT):
        cells = f"```{{code-cell}}\n{code(number, 'shared')}```\n\nIt falls.\n\n```{{code-cell}}\n{PLOT}```\n"
        text = f"{front}# Example {number}\n\nA line fitted by gradient descent.\n\nSome prose.\n\n{cells}"
        notebook_source(folder, number).write_text(text, "utf-8")


def notebook_source(folder: Path, number: int) -> Path:
    return folder / f"plot_{number:02d}.md"


def sphinx(folder: Path) -> list[str]:
    return [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(folder), str(folder / "_site")]


TOOLS = (
    Tool(
        "this engine",
        lay_out_ours,
        ours_source,
        lambda folder: folder / "examples/_shared.py",
        lambda folder: [sys.executable, "-m", "executable_glossary", "-C", str(folder), "build"],
        lambda folder, number: folder / f"site/examples/plot_{number:02d}/index.html",
    ),
    *(
        Tool(
            f"sphinx-gallery, {name}",
            lambda folder, parallel=parallel: lay_out_gallery(folder, parallel),  # type: ignore[misc]
            gallery_source,
            lambda folder: folder / "shared.py",
            sphinx,
            lambda folder, number: folder / f"_site/auto/plot_{number:02d}.html",
        )
        for name, parallel in (("serial", False), ("parallel", 2))
    ),
    Tool(
        "MyST-NB",
        lay_out_notebooks,
        notebook_source,
        lambda folder: folder / "shared.py",
        sphinx,
        lambda folder, number: folder / f"_site/plot_{number:02d}.html",
    ),
)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new), "utf-8")


EDITS: Mapping[str, Callable[[Tool, Path], None]] = {
    "cold": lambda tool, folder: None,
    "nothing changed": lambda tool, folder: None,
    "prose edit": lambda tool, folder: edit(tool.source(folder, 3), "Some prose.", "Some other prose."),
    "helper edit": lambda tool, folder: edit(tool.helper(folder), ".mean()", ".mean() + 0"),
    "one example edit": lambda tool, folder: edit(tool.source(folder, 5), "0.05", "0.04"),
}


def tokens(tool: Tool, folder: Path) -> dict[int, str]:
    tokens_found = {}
    for number in range(COUNT):
        page = tool.page(folder, number)
        match = re.search(r"token-[0-9a-f]{12}", page.read_text("utf-8")) if page.is_file() else None
        tokens_found[number] = match[0] if match else ""
    return tokens_found


def measure(tool: Tool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name), dict[int, str]()
        tool.lay_out(folder)
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "NO_MKDOCS_2_WARNING": "1"}
        environment["PYTHONPATH"] = str(tool.helper(folder).parent)
        for name, change in EDITS.items():
            change(tool, folder)
            began = time.perf_counter()
            process = subprocess.run(
                tool.command(folder), env=environment, capture_output=True, text=True, check=False
            )
            seconds = time.perf_counter() - began
            if process.returncode:
                raise SystemExit(f"{tool.name}, {name}: {process.stderr[-2000:]}")
            after = tokens(tool, folder)
            ran = sum(after[number] != before.get(number) for number in after)
            print(f"{tool.name:26}  {name:16}  {seconds:7.2f} s  {ran:2} of {COUNT} ran", flush=True)
            before = after


def main() -> None:
    print(f"{COUNT} examples of 0.3 s work each; the helper is used by {sum(map(uses_helper, range(COUNT)))}")
    for tool in TOOLS:
        measure(tool)


if __name__ == "__main__":
    main()
