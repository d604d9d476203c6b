"""Folders of examples: their names, addresses, introductions, pictures, and the links between scripts."""

from __future__ import annotations

import io
import json
import zlib
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from case_outcome import built_in
from executable_glossary.adapters.sphinx_inventory import read_inventory
from executable_glossary.cli.options import ExampleName
from executable_glossary.drawing.thumbnail import SIZE, thumbnail
from executable_glossary.execution import SubprocessRunner
from executable_glossary.execution.example_markup import shown_code
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.used_objects import used_objects
from executable_glossary.model.build import Build
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.inventory import Defined, Inventory
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.model.run import Figure, Output, Run
from executable_glossary.stages.load.example_files import example_files
from executable_glossary.stages.render.gallery import chosen_figure
from glossaries import lay_out

pytest.importorskip("docutils")

HEADER = (
    b"# Sphinx inventory version 2\n# Project: n\n# Version: 1\n# The remainder is compressed using zlib.\n"
)
ENTRIES = (
    b"numpy.sum py:function 1 generated/numpy.sum.html#$ -\n"
    b"intro std:doc -1 user/intro.html Introduction\n"
    b"A Label std:label -1 user/x.html#a-label The label\n"
)
INVENTORY = HEADER + zlib.compress(ENTRIES)


def picture(color: str, size: tuple[int, int] = (900, 600)) -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", size, color).save(packed, "PNG")
    return packed.getvalue()


def record(*figures: str) -> bytes:
    shown = [{"name": name, "caption": "", "alt": "", "width": 9, "height": 6} for name in figures]
    run = {
        "seed": 0,
        "date": "2026-01-02T03:04:05+00:00",
        "device": "cpu",
        "key": "12",
        "metrics": {},
        "peak_memory": 1,
        "seconds": 0.1,
    }
    output = {"cell": "start", "figures": shown}
    return json.dumps({"schema": 1, "outputs": [output], "runs": [run], "versions": {}}).encode()


FILES: dict[str, bytes | None] = {
    "examples/cluster/README.rst": b"Clusters\n========\n\nAbout :func:`numpy.sum`, :doc:`intro` and :ref:`a label`.\n\n"
    b"See :doc:`plot_x`, :external+n:doc:`again <intro>`, and :external+other:doc:`not here <intro>`.\n",
    "examples/cluster/plot_x.py": b'"""\n.. _x-label:\n\nThe X\n=====\n\nShows :func:`~numpy.sum`. More.\n"""\n'
    b"# sphinx_gallery_thumbnail_number = 2\nimport numpy as np\nimport shared\n\nnp.sum([1])\n",
    "examples/cluster/shared.py": b'"""Shared"""\n',
    "examples/cluster/Deep-Er/Plot-Y.py": b'"""\nThe Y\n=====\n\nSee :ref:`x-label` and\n'
    b":ref:`sphx_glr_auto_examples_cluster_plot_x.py`.\n\n.. image:: in/own.png\n   :alt: Own\n\n.. image:: no.png\n   :alt: None\n\n"
    b'.. image:: ../../../secret.png\n\n.. minigallery:: numpy.sum\n"""\n'
    b"# %%\n# Same\n# ----\nx = 1\n# %%\n# Same\n# ----\ny = 1\n",
    "examples/package/__init__.py": b"",
    "examples/package/inner.py": b"",
    "examples/recorded/cluster/plot_x.json": record("figure-1", "figure-2"),
    "examples/recorded/cluster/plot_x/figure-1.png": picture("red"),
    "examples/recorded/cluster/plot_x/figure-2.png": picture("blue"),
    "examples/cluster/Deep-Er/in/own.png": picture("green"),
    "secret.png": picture("black"),
    "numpy.inv": INVENTORY,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = lay_out(tmp_path_factory.mktemp("gallery"), FILES)
    inventories = {"https://numpy.example/": "numpy.inv"}
    return built_in(root, SubprocessRunner(), runs="frozen", inventories=inventories)


def content(built: Build, path: str) -> str | bytes:
    return next(document.content for document in built.documents if document.path == path)


def text(built: Build, path: str) -> str:
    return str(content(built, f"examples/{path}/index.md"))


def test_scripts_in_subfolders_are_examples(built: Build) -> None:
    assert not built.failed, built.problems
    assert built.glossary is not None
    assert {"cluster/plot_x", "cluster/deep_er/plot_y"} <= built.glossary.examples.keys()
    assert set(built.glossary.modules) == {
        "examples/cluster/shared.py",
        "examples/package/__init__.py",
        "examples/package/inner.py",
    }


def test_foreign_figures_need_no_alternative_text(built: Build) -> None:
    assert "figure-without-alt" not in {problem.code for problem in built.problems}
    assert "![A figure of the example “The X”](figure-1.png)" in text(built, "cluster/plot-x")


def test_a_folder_has_a_page_with_its_introduction(built: Build) -> None:
    page = text(built, "cluster")
    assert "# Clusters" in page
    assert 'href="https://numpy.example/generated/numpy.sum.html#numpy.sum"' in page
    assert ">Introduction</a>" in page
    assert ">The label</a>" in page
    assert 'See <a rel="noopener noreferrer" href="plot-x/">The X</a>' in page
    assert ">again</a>, and not here." in page
    assert '<a href="plot-x/"><img src="plot-x/thumbnail.png"' in page
    assert "<p>Shows sum.</p>" in page
    assert "## [Deep er](deep-er/index.md)" in page


def test_the_introduction_of_a_folder_is_checked(tmp_path: Path) -> None:
    files = {"examples/a/x.py": b'"""X"""\n', "examples/a/index.md": b"# A\n\nSome <b>bold</b> words.\n"}
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), runs="frozen")
    assert {problem.code for problem in built.problems} == {"raw-html"}
    assert {problem.place.path for problem in built.problems} == {"examples/a/index.md"}
    assert {problem.place.line for problem in built.problems} == {3}


def test_the_list_of_all_examples_is_grouped_by_folder(built: Build) -> None:
    page = str(content(built, "examples/index.md"))
    assert (
        page.index("by_heart/") < page.index("[Clusters](cluster/index.md)") < page.index("cluster/plot-x/")
    )
    assert "About numpy.sum, Introduction and The label." in page


def test_an_introduction_that_lists_examples_replaces_the_list_of_these(tmp_path: Path) -> None:
    files = {
        "examples/index.rst": b"All\n===\n\n.. minigallery:: ../a/x*.py\n",
        **{f"examples/a/{name}.py": f'"""{name.title()}"""\n'.encode() for name in ("x1", "x2", "y")},
    }
    page = str(content(built_in(lay_out(tmp_path, files), SubprocessRunner()), "examples/index.md"))
    assert "\n# All\n" in page
    gallery = page.partition("{ #outcomes }")[0]
    assert [gallery.count(f'"a/{name}/"') for name in ("x1", "x2", "y")] == [1, 1, 1]
    assert gallery.index('"a/x2/"') < gallery.index("## [A](a/index.md)") < gallery.index('"a/y/"')


def test_nested_folders_have_their_place_and_their_introductions(tmp_path: Path) -> None:
    files = {
        "examples/a/README.rst": b"Lines\n=====\n\nAll lines.\n",
        "examples/a/misc/README.rst": b"More\n====\n\nFirst. Second :doc:`plot_x`.\n\nPart\n----\n\nThird.\n",
        "examples/a/misc/plot_x.py": b'"""X"""\n',
        "examples/a/misc/deep/README.rst": b"Deep\n====\n\n.. minigallery:: deep/plot_y.py\n",
        "examples/a/misc/deep/plot_y.py": b'"""Y"""\n',
        "examples/b/misc/plot_z.py": b'"""Z"""\n',
    }
    built = built_in(lay_out(tmp_path, files), SubprocessRunner())
    page = str(content(built, "examples/index.md"))
    headings = [line for line in page.splitlines() if line.startswith("## [")]
    assert headings == [
        "## [Lines / More](a/misc/index.md)",
        "## [Lines / More / Deep](a/misc/deep/index.md)",
        "## [B / Misc](b/misc/index.md)",
    ]
    folder = text(built, "a")
    assert "## [More](misc/index.md)" in folder
    assert 'href="misc/plot-x/">X</a>' in unescape(folder)
    assert "### " in folder
    assert "## [More / Deep](misc/deep/index.md)" in folder
    assert folder.count('"misc/deep/plot-y/"') == 1


def test_the_picture_is_the_chosen_figure(built: Build) -> None:
    packed = content(built, "examples/cluster/plot-x/thumbnail.png")
    assert isinstance(packed, bytes)
    with Image.open(io.BytesIO(packed)) as image:
        assert image.size == (480, 320)
        assert image.convert("RGB").getpixel((5, 5)) == (0, 0, 255)


def test_the_picture_can_be_a_file_beside_the_script(tmp_path: Path) -> None:
    script = '"""\nT\n=\n\n.. note:: x\n"""\n# sphinx_gallery_thumbnail_path = "{}"\nx = 1\n'
    files = {
        "examples/plot_x.py": script.format("in/small.png").encode(),
        "examples/plot_y.py": script.format("../elsewhere.png").encode(),
        "examples/plot_z.py": script.format("in/drawn.svg")
        .replace("note:: x", "image:: in/drawn.svg")
        .encode(),
        "examples/in/small.png": picture("green"),
        "examples/in/drawn.svg": b"<svg/>",
    }
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), runs="auto")
    assert content(built, "examples/plot_x/thumbnail.png") == thumbnail(picture("green"))
    assert 'src="plot_x/thumbnail.png"' in str(content(built, "examples/index.md"))
    assert 'src="plot_z/thumbnail.png"' not in str(content(built, "examples/index.md"))
    places = [each.place for each in built.problems if each.code == "rest-problem"]
    assert [(place.path, place.line) for place in places] == [
        ("examples/plot_y.py", 7),
        # A drawing cannot be made smaller.
        ("examples/plot_z.py", 7),
    ]


def test_a_sentence_keeps_its_code(tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {
        "examples/a.py": b'"""A\n\nThe example `by_heart` comes *first*. More.\n"""\n'
    }
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), runs="frozen")
    assert "<p>The example by_heart comes first.</p>" in str(content(built, "examples/index.md"))


def test_an_animation_and_its_still_count_as_one_figure() -> None:
    example, _ = read_example("examples/x.py", '"""X"""\n# sphinx_gallery_thumbnail_number = 2\nx = 1\n')
    assert example is not None
    names = (("moves", "moves-still"), ("moves-still", ""), ("second", ""))
    figures = tuple(Figure(name, Path(name), "", "", 1, 1, still) for name, still in names)
    run = Run("x", 0, "passed", outputs=(Output("start", figures=figures),))
    chosen = chosen_figure(example, Evidence(example, (run,), "executed"))
    assert chosen is not None
    assert chosen.name == "second"


def test_what_is_not_a_picture_stays_as_it_is() -> None:
    assert thumbnail(b"GIF89a, but not really") == b"GIF89a, but not really"
    assert SIZE == (480, 360)


def test_scripts_link_to_each_other(built: Build) -> None:
    page = text(built, "cluster/deep-er/plot-y")
    assert page.count('href="../../plot-x/"') >= 3
    assert "In [Deep er](../index.md)" in page
    assert "{ #same }" in page
    assert "{ #same-2 }" in page


def test_the_notebook_has_converted_text(built: Build) -> None:
    packed = content(built, "examples/cluster/plot-x/plot_x.ipynb")
    assert isinstance(packed, bytes)
    title, introduction, *_ = json.loads(packed)["cells"]
    assert title["source"].startswith("# The X")
    assert introduction["cell_type"] == "markdown"
    assert "<code>sum</code></a>" in introduction["source"]


def test_the_notebook_has_formulas_and_links_that_work_elsewhere(tmp_path: Path) -> None:
    text = '"""\nA title\n=======\n\n.. _here:\n\nPart\n----\n\nSee :ref:`here`.\n\n.. math:: a &= b < c\n"""\nx = 1\n'
    settings = b"site_name: A name\nsite_url: https://glossary.example/\nplugins: [glossary]\n"
    root = lay_out(tmp_path, {"examples/plot_x.py": text.encode(), "mkdocs.yml": settings})
    built = built_in(root, SubprocessRunner(), runs="auto")
    packed = content(built, "examples/plot_x/plot_x.ipynb")
    introduction = json.loads(packed)["cells"][1]["source"]
    assert r"$$\begin{aligned}a &= b \lt  c\end{aligned}$$" in introduction
    assert 'href="https://glossary.example/examples/plot_x/#text-here"' in unescape(introduction)


def test_a_picture_beside_the_script_is_shown(built: Build) -> None:
    page = text(built, "cluster/deep-er/plot-y")
    assert '<img src="beside/in/own.png" alt="Own" loading="lazy">' in page
    assert content(built, "examples/cluster/deep-er/plot-y/beside/in/own.png") == picture("green")
    assert "<em>None</em>" in page
    assert "<em>secret.png</em>" in page
    assert not [document for document in built.documents if document.path.endswith(("secret.png", "no.png"))]


def test_the_introduction_of_a_folder_shows_pictures_beside_it(tmp_path: Path) -> None:
    readme = "With |np|\n=========\n\n.. |np| replace:: NumPy\n\n.. image:: in/a.png\n   :scale: 50\n\n.. raw:: html\n\n   x\n"
    files = {
        "examples/f/README.rst": readme.encode(),
        "examples/f/in/a.png": picture("red"),
        "examples/f/plot_x.py": b'"""T"""\nx = 1\n',
    }
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), runs="auto")
    page = text(built, "f")
    assert "# With NumPy" in page
    assert (
        '<img src="beside/in/a.png" alt="A figure of the example “With NumPy”" width="450" height="300" loading="lazy">'
        in page
    )
    assert content(built, "examples/f/beside/in/a.png") == picture("red")
    found = [
        (problem.code, problem.place.line) for problem in built.problems if problem.code.startswith("rest")
    ]
    assert found == [("rest-left-out", 9)]


def test_references_lead_to_captions_and_terms(tmp_path: Path) -> None:
    script = (
        '"""\nT\n=\n\n.. _fig:\n\n.. figure:: https://a.example/b.png\n\n   The *caption*.\n\n.. glossary::\n\n   Own term\n'
        "      Meaning.\n\n.. table:: A table\n   :name: tab\n\n   = =\n   a b\n   = =\n\n"
        ':ref:`fig` :numref:`Fig. %s <fig>` :ref:`tab` :term:`own term`\n"""\nx = 1\n'
    )
    root = lay_out(tmp_path, {"examples/plot_x.py": script.encode()})
    built = built_in(root, SubprocessRunner(), runs="auto")
    page = unescape(text(built, "plot_x"))
    assert page.count('href="#text-fig">The caption.</a>') == 2
    assert 'href="#text-tab">A table</a>' in page
    assert 'id="text-tab"' in page
    assert 'href="#text-term-own-term">own term</a>' in page
    assert 'id="text-term-own-term"' in page
    assert not [problem for problem in built.problems if problem.code.startswith("rest")]


def test_objects_lead_to_the_examples_that_use_them(built: Build) -> None:
    url = "https://numpy.example/generated/numpy.sum.html#numpy.sum"
    assert f"[`numpy.sum`]({url})" in text(built, "cluster/plot-x")
    assert f"- [`numpy.sum`]({url}): [The X](../cluster/plot-x/index.md)" in text(
        built, "functions-and-classes"
    )


def test_the_archive_of_all_keeps_the_folders(built: Build) -> None:
    packed = content(built, "examples/examples.zip")
    assert isinstance(packed, bytes)
    with ZipFile(io.BytesIO(packed)) as zipped:
        names, readme = set(zipped.namelist()), zipped.read("examples/README.txt").decode()
    assert {"examples/cluster/plot_x.py", "examples/cluster/shared.py", "examples/by_heart.py"} <= names
    assert "(cd cluster && python plot_x.py)" in readme


def test_the_archive_of_one_needs_no_folders(built: Build) -> None:
    packed = content(built, "examples/cluster/plot-x/plot_x.zip")
    assert isinstance(packed, bytes)
    with ZipFile(io.BytesIO(packed)) as zipped:
        assert set(zipped.namelist()) == {"plot_x/plot_x.py", "plot_x/shared.py", "plot_x/README.txt"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["a.py", "in/plot_b.py", "in/plot_used.py", "in/script.py"]),
        ({"include_examples": ("plot_*.py",)}, ["in/plot_b.py", "in/plot_used.py"]),
        ({"include_examples": ("in/*",)}, ["in/plot_b.py", "in/plot_used.py", "in/script.py"]),
        ({"exclude_examples": ("script.py", "plot_b*")}, ["a.py", "in/plot_used.py"]),
    ],
)
def test_which_scripts_are_examples(
    settings: dict[str, tuple[str, ...]], expected: list[str], tmp_path: Path
) -> None:
    sources = {
        "a.py": "from lib import step",
        "in/plot_b.py": "import used, plot_used",
        "in/plot_used.py": "",
        "in/used.py": "",
        "in/script.py": "",
        "in/_private.py": "",
        "_hidden/x.py": "",
        "lib/step.py": "",
        "recorded/x.py": "",
    }
    for path, source in sources.items():
        (tmp_path / "examples" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "examples" / path).write_text(source)
    project = Project(root=tmp_path, settings=ProjectSettings(**settings))
    found = [path.relative_to(project.examples).as_posix() for path in example_files(project)]
    assert found == expected


def test_a_page_and_a_folder_cannot_have_the_same_address(tmp_path: Path) -> None:
    files = {"examples/cluster.py": b'"""C"""\n', "examples/cluster/x.py": b'"""X"""\n'}
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), runs="frozen")
    (problem,) = (problem for problem in built.problems if problem.code == "example-name")
    assert problem.place.path == "examples/cluster.py"
    assert 'that of the folder "cluster"' in problem.message


def test_two_folders_cannot_have_the_same_address(tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {"examples/a_b/x.py": b'"""X"""\n', "examples/A-b/y.py": b'"""Y"""\n'}
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), runs="frozen")
    (problem,) = (problem for problem in built.problems if problem.code == "example-name")
    assert problem.place.path == "examples/a_b"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an inventory"),
        (b"# Sphinx inventory version 1\n\n\n\n", "not an inventory"),
        (HEADER + b"not compressed", "damaged"),
    ],
)
def test_an_invalid_inventory_is_rejected(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_inventory(content, "https://n.example")


def test_a_name_that_begins_with_a_dot_is_the_end_of_a_name() -> None:
    def method(name: str) -> tuple[Defined, ...]:
        return (Defined("py:method", f"#{name}", name),)

    names = {name: method(name) for name in ("a.Line.draw", "b.Line.draw", "a.Line.set", "top", "a.Line")}
    names["a.Line"] = (Defined("py:class", "#a.Line", "a.Line"),)
    names["b.Line"] = (Defined("py:attribute", "#b.Line", "b.Line"),)
    inventory = Inventory(names)
    assert inventory.find("meth", ".Line.set") == names["a.Line.set"][0]
    assert inventory.find("obj", ".set") == names["a.Line.set"][0]
    assert inventory.find("obj", ".top") == names["top"][0]
    assert inventory.find("class", ".Line") == names["a.Line"][0]
    assert inventory.find("obj", ".Line") is None
    assert inventory.find("meth", ".Line.draw") is None
    assert inventory.find("meth", ".ine.set") is None


def test_an_inventory_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    built = built_in(lay_out(tmp_path, {}), SubprocessRunner(), inventories={"https://n.example": "no.inv"})
    (problem,) = built.problems
    assert (problem.place.path, problem.code) == ("mkdocs.yml", "bad-setting")
    assert 'the file "no.inv" does not exist' in problem.message


def test_the_objects_that_a_script_uses() -> None:
    source = '"""T\n\nA :class:`~a.b.C`.\n"""\nimport numpy as np\nimport os.path\nfrom a.b import d as e\n'
    source += "np.random.rand(3).mean()\ne.f(os.path.join('x'))\nx = y.z\n"
    example, _ = read_example("examples/x.py", source)
    assert example is not None
    assert used_objects(example) == {
        "a.b.C",
        "a.b.d",
        "a.b.d.f",
        "numpy.random",
        "numpy.random.rand",
        "os.path",
        "os.path.join",
    }


def test_code_that_sphinx_gallery_hides_is_not_shown() -> None:
    code = "a = 1\n# sphinx_gallery_start_ignore\nsecret = 1\n# sphinx_gallery_end_ignore\nb = 2\n"
    assert shown_code(code) == "a = 1\nb = 2"
    assert shown_code("# sphinx_gallery_thumbnail_number = 2\nx = 1") == "x = 1"
    open_end = "# sphinx_gallery_start_ignore\nx = 1"
    assert shown_code(open_end) == "x = 1"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("examples/cluster/plot_x.py", "cluster/plot_x"),
        ("/project/examples/Plot-Y.py", "plot_y"),
        ("plot_x.py", "plot_x"),
        ("cluster/plot_x", "cluster/plot_x"),
    ],
)
def test_commands_accept_the_path_to_a_script(typed: str, name: str) -> None:
    assert ExampleName().convert(typed, None, None) == name


def test_notebooks_among_the_scripts_are_reported_once(tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {f"examples/{name}.ipynb": b"{}" for name in ("one", "a/two")}
    built = built_in(lay_out(tmp_path, files), SubprocessRunner())
    (problem,) = (problem for problem in built.problems if problem.code == "unread-file")
    assert problem.place.path == "examples/a/two.ipynb"
    assert "this notebook and 1 more are not" in problem.message
