"""What a person would see when running the script by hand is in the outputs of its cells."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.run import LONGEST_STREAM, Missing, Output, Run

HAS_MATPLOTLIB = importlib.util.find_spec("matplotlib") is not None
needs_matplotlib = pytest.mark.skipif(not HAS_MATPLOTLIB, reason="matplotlib is not installed")
PLT = "import matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = 1, 1\n"
Ran = Callable[[str], Run]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = ForkServerRunner(("json", *(("matplotlib.pyplot",) if HAS_MATPLOTLIB else ())))
    yield runner
    runner.close()


@pytest.fixture
def ran(tmp_path: Path, runner: Runner) -> Ran:
    def run(code: str) -> Run:
        text = f'# /// script\n# [tool.glossary]\n# ///\n"""Title"""\n{code}\n'
        (tmp_path / "project" / "examples").mkdir(parents=True)
        (tmp_path / "project" / "examples" / "one.py").write_text(text, encoding="utf-8")
        example, problems = read_example("examples/one.py", text)
        assert problems == ()
        assert example is not None
        folder = tmp_path / "work"
        folder.mkdir()
        return runner.run(Job(example, 0, tmp_path / "project"), folder)

    return run


def only(run: Run) -> Output:
    assert run.outcome == "passed", run.message
    (output,) = run.outputs
    return output


def cells(ran: Ran, codes: Iterable[str]) -> tuple[Output, ...]:
    """The outputs of one run that has a cell for each of these pieces of code."""
    run = ran("\n".join(f"# %% Cell {number}\n{code}" for number, code in enumerate(codes)))
    assert run.outcome == "passed", run.message
    return run.outputs


# Standard error


def test_log_lines_and_warnings_are_kept_where_they_appear(ran: Ran) -> None:
    run = ran(
        "import logging, warnings\nlogging.basicConfig(level='INFO', format='%(message)s')\n"
        "# %% Two\nlogging.info('step %d', 1)\nwarnings.warn('odd \\x1b[31mred\\x1b[0m', RuntimeWarning)"
    )
    first, second = run.outputs
    assert first.errors == ""
    assert second.errors.splitlines()[:2] == ["step 1", "examples/one.py:9: RuntimeWarning: odd red"]
    assert run.warnings == ("RuntimeWarning: odd red",)


def test_our_own_frames_are_in_no_output(ran: Ran) -> None:
    code = (
        "import faulthandler, logging, warnings\nlogging.basicConfig(level='INFO')\nlogging.info('%d', 'x')\n"
        "warnings.warn('odd', stacklevel=2)\nfaulthandler.dump_traceback()\nasync def f(): ...\nf();"
    )
    errors = only(ran(code)).errors
    assert "sandbox" not in errors
    assert "run_cells" not in errors
    assert "sys:1: UserWarning: odd\n" in errors
    assert 'Call stack:\n  File "examples/one.py", line 7, in <module>\n' in errors


def test_a_warning_that_a_script_handles_is_not_printed(ran: Ran) -> None:
    code = "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    warnings.warn('x')"
    assert only(ran(code)).errors == ""


def test_a_progress_bar_leaves_its_last_state(ran: Ran) -> None:
    code = "import sys\nfor n in range(500):\n    print(f'\\rstep {n}', end='', file=sys.stderr)\nprint('\\a\\x1b[1mdone\\x1b[0m')"
    output = only(ran(code))
    assert (output.text, output.errors) == ("done\n", "step 499")


def test_a_bar_of_more_bytes_than_an_output_may_have_is_complete(ran: Ran) -> None:
    output = only(ran("for n in range(30000):\n    print(f'\\rstep {n}', end='', flush=False)"))
    assert (output.text, output.missing) == ("step 29999", ())


def test_no_control_character_is_in_a_message_or_a_value(ran: Ran) -> None:
    code = "class Loud:\n    def __repr__(self): return '\\x1b[31mred\\x07\\x1b[0m'\nLoud()\n# %% Two\nraise ValueError('\\x1b[1mbad\\x00')"
    run = ran(code)
    assert (run.outputs[0].value, run.message) == ("red", "ValueError: bad")


def test_what_finished_cells_showed_remains_when_the_run_dies(ran: Ran) -> None:
    code = f"1\n# %% Two\n{methods(_repr_html_='<b>2</b>')}\n# %% Three\nimport os\nprint(3)\nos._exit(3)"
    run = ran(code)
    assert run.outcome == "killed"
    assert [output.value for output in run.outputs] == ["1", "<b>2</b>", ""]
    assert run.outputs[1].value_is_html


@needs_matplotlib
def test_figures_of_finished_cells_remain_when_the_run_dies(ran: Ran) -> None:
    run = ran(
        f"{PLT}plt.figure('line').add_subplot().plot([1, 2])\n# %% Two\nimport os, signal\nos.kill(os.getpid(), 9)"
    )
    assert run.outcome == "killed"
    assert [figure.name for figure in run.outputs[0].figures] == ["line"]


@pytest.mark.parametrize(
    ("command", "text", "missing"),
    [
        ("['sh', '-c', 'sleep 0.2; echo late']", "late\n", ()),
        ("['sleep', '60']", "", (Missing("processes", "sleep"),)),
        ("['sleep', '60'], stdout=-3, stderr=-3", "", ()),
    ],
)
def test_what_a_process_prints_after_the_script_is_shown_or_mentioned(
    ran: Ran, command: str, text: str, missing: tuple[Missing, ...]
) -> None:
    first, second = ran(f"import subprocess\nsubprocess.Popen({command});\n# %% Two\nprint(2)").outputs
    assert (first.text, first.missing) == (text, missing)
    assert (second.text, second.missing) == ("2\n", ())


def test_the_docstring_is_the_one_of_the_script(ran: Ran) -> None:
    assert only(ran("__doc__")).value == "'Title'"


# Addresses


ADDRESSES = (
    ("<Tack object at 0x7f21b4cd0a10>", "<Tack object>"),
    ("Current thread 0x00007f21b4cd0a10 (most recent", "Current thread (most recent"),
    ("<Image mode=RGB size=40x20 at 0x20FB1691B4CD0>", "<Image mode=RGB size=40x20>"),
    ("<cdata 'int *' 0x55d0c8a4b2f0>", "<cdata 'int *'>"),
    ("<Odd handle 0x7F00AA11BB22, owner <b at 0x7f00aa11bb22>>", "<Odd handle, owner <b>>"),
    ("<Recursion on dict with id=140673943043904>", "<Recursion on dict>"),
    ("<MagicMock name='m' id='139804937936336'>", "<MagicMock name='m'>"),
    ("<_MainThread(MainThread, started 140221385526144)>", "<_MainThread(MainThread, started)>"),
    ("│ <b object at │\n│ 0x7f00aa11bb22>   │", "│ <b object │\n│ >   │"),
    ("<Row id=12>, id=139804937936336", "<Row id=12>, id=139804937936336"),
    ("mask 0xFFFFFFFFFF < 3, color 0xff00ff", "mask 0xFFFFFFFFFF < 3, color 0xff00ff"),
)


def test_addresses_of_objects_are_removed(ran: Ran) -> None:
    for output, (_, shown) in zip(
        cells(ran, (f"print({text!r})" for text, _ in ADDRESSES)), ADDRESSES, strict=True
    ):
        assert output.text == f"{shown}\n"


# Values


def methods(**results: object) -> str:
    lines = (f"    def {name}(self, *a, **b): return {result!r}" for name, result in results.items())
    return "\n".join(("class Value:", "    def __repr__(self): return 'as text'", *lines, "Value()"))


FORMS = (
    ({"_repr_markdown_": "**bold**"}, "text/markdown", "**bold**"),
    ({"_repr_latex_": "$x^2$"}, "text/latex", "$x^2$"),
    ({"_repr_svg_": "<svg></svg>"}, "image/svg+xml", "<svg></svg>"),
    ({"_repr_svg_": "<svg></svg>", "_repr_html_": "<b>1</b>"}, "text/html", "<b>1</b>"),
    ({"_repr_svg_": "<svg></svg>", "_repr_html_": "<script>1</script>"}, "image/svg+xml", "<svg></svg>"),
    ({"_repr_mimebundle_": {"text/html": "<i>1</i>", "text/plain": "1"}}, "text/html", "<i>1</i>"),
    ({"_repr_mimebundle_": ({"text/latex": "$y$"}, {})}, "text/latex", "$y$"),
    ({"_repr_json_": {"loaves": [2, 3]}}, "text/plain", '{\n  "loaves": [\n    2,\n    3\n  ]\n}'),
    (
        {"_repr_mimebundle_": {"application/geo+json": {}}, "_repr_html_": "<b>1</b>"},
        "text/html",
        "<b>1</b>",
    ),
    ({"_repr_html_": None, "_repr_svg_": ""}, "text/plain", "as text"),
)


def test_the_best_form_of_a_value_that_needs_no_script_is_kept(ran: Ran) -> None:
    outputs = cells(ran, (methods(**results) for results, _, _ in FORMS))
    for output, (_, media, value) in zip(outputs, FORMS, strict=True):
        assert (output.value_media, output.value) == (media, value)
        assert output.plain in ("", "as text")
        assert bool(output.plain) == (media != "text/plain")


OTHER_FORMS = (
    ({"_repr_pdf_": b"%PDF-1.7"}, Missing("kind", "application/pdf")),
    ({"_repr_javascript_": "draw()"}, Missing("kind", "application/javascript")),
    ({"_repr_mimebundle_": {"application/vnd.map+json": {"at": 1}, "text/plain": "m"}}, Missing("kind", "application/vnd.map+json")),
    ({"_repr_png_": b"no picture"}, Missing("value", "image/png")),
    ({"_repr_mimebundle_": {"image/gif": "no picture"}}, Missing("value", "image/gif")),
    ({"_repr_svg_": b"<svg></svg>"}, Missing("value", "image/svg+xml")),
    ({"_repr_json_": {"a": {1}}}, Missing("value", "application/json")),
    ({"_ipython_display_": None}, Missing("kind", "_ipython_display_")),
)  # fmt: skip


def test_a_form_that_pages_cannot_show_is_mentioned(ran: Ran) -> None:
    outputs = cells(ran, (methods(**results) for results, _ in OTHER_FORMS))
    for output, (_, missing) in zip(outputs, OTHER_FORMS, strict=True):
        assert (output.value, output.missing) == ("as text", (missing,))


@needs_matplotlib
def test_a_form_that_cannot_be_shown_is_not_missed_if_another_one_is(ran: Ran) -> None:
    code = (
        "from PIL import Image\nclass Map(Image.Image):\n    def _repr_html_(self): return 'x' * 5_000_000\n"
    )
    output = only(ran(f"{code}map = Image.new('L', (2, 2))\nmap.__class__ = Map\nmap"))
    assert (output.value, len(output.figures), output.missing) == ("", 1, ())


GIF = (
    "import io\nfrom PIL import Image\nclass Moving:\n    def _repr_mimebundle_(self, include, exclude):\n"
    "        frames, file = [Image.new('RGB', (20, 10), (n % 256, n // 256, 9)) for n in range(COUNT)], io.BytesIO()\n"
    "        frames[0].save(file, 'GIF', save_all=True, append_images=frames[1:], duration=40)\n"
    "        return {'image/gif': file.getvalue(), 'text/plain': 'a GIF'}\nMoving()"
)


@needs_matplotlib
@pytest.mark.parametrize(("count", "moving"), [(1, False), (3, True), (301, False)])
def test_a_gif_is_a_picture_and_moves(ran: Ran, count: int, moving: bool) -> None:
    output = only(ran(GIF.replace("COUNT", str(count))))
    assert len(output.shown_figures) == 1
    assert (b"acTL" in output.figures[0].file.read_bytes()) == moving
    assert output.figures[0].still == ("figure-1-still" if moving else "")
    assert output.missing == ((Missing("animation", "more than 300 frames"),) if count > 300 else ())


def test_a_method_that_fails_is_reported_and_the_text_is_shown(ran: Ran) -> None:
    output = only(
        ran("class V:\n    def _repr_html_(self): return 1 / 0\n    def __repr__(self): return 'v'\nV()")
    )
    assert output.value == "v"
    assert output.errors == "V._repr_html_: ZeroDivisionError: division by zero\n"


def test_a_value_that_is_too_large_is_shown_as_text(ran: Ran) -> None:
    output = only(ran(methods(_repr_html_="x" * 10).replace("'xxxxxxxxxx'", "'x' * 5_000_000")))
    missing = Missing("large", "text/html: 5,000,000 characters; the limit is 4,000,000")
    assert (output.value, output.missing) == ("as text", (missing,))


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("'x' * 150_000", Missing("rest", "50,002")),
        ("10**5000", Missing("text", "ValueError: Exceeds the limit (4300 digits)")),
        (
            "class V:\n    def __repr__(self): return 5\nV()",
            Missing("text", "TypeError: __repr__ returned non-string"),
        ),
    ],
)
def test_a_value_whose_text_is_cut_or_fails_is_mentioned(ran: Ran, code: str, missing: Missing) -> None:
    (found,) = only(ran(code)).missing
    assert found.what == missing.what
    assert found.detail.startswith(missing.detail)


def test_a_list_is_shown_as_deep_as_python_shows_it(ran: Ran) -> None:
    output = only(ran("x = []\nfor _ in range(300):\n    x = [x]\nx"))
    assert output.value == "[" * 301 + "]" * 301


@pytest.mark.parametrize(
    "code",
    [
        "from unittest.mock import MagicMock\nMagicMock(name='m')",
        "class V:\n    def __getattr__(self, name): return lambda *a, **b: name\n    def __repr__(self): return '<V>'\nV()",
    ],
)
def test_an_object_with_methods_of_any_name_is_shown_as_text(ran: Ran, code: str) -> None:
    output = only(ran(code))
    assert output.value in ("<MagicMock name='m'>", "<V>")
    assert (output.value_media, output.errors, output.missing) == ("text/plain", "", ())


@needs_matplotlib
def test_a_picture_that_no_browser_shows_is_mentioned(ran: Ran) -> None:
    output = only(ran(f"{PLT}plt.figure(figsize=(700, 1), dpi=100)"))
    assert (output.figures, output.missing) == ((), (Missing("size", "70,000 × 100"),))


def test_a_browser_that_opens_is_mentioned(ran: Ran) -> None:
    output = only(ran("import webbrowser\nwebbrowser.open('https://example.org/map');"))
    assert output.missing == (Missing("browser", "https://example.org/map"),)


@pytest.mark.parametrize("get", ["get()", "get('firefox')", "get(using=None)"])
def test_a_browser_that_a_script_chooses_is_not_started(ran: Ran, get: str) -> None:
    code = f"import webbrowser\nbrowser = webbrowser.{get}\nbrowser.open_new_tab('https://example.org/map')"
    assert only(ran(code)).missing == (Missing("browser", "https://example.org/map"),)


# What plotly does, in a few lines: a figure's method and the function both call `plotly.io._renderers.show`.
PLOTLY = (
    "import os, sys\nos.makedirs('plotly/io')\nsys.path.insert(0, os.getcwd())\n"
    "open('plotly/__init__.py', 'w').close()\n"
    "open('plotly/io/_renderers.py', 'w').write('def show(figure):\\n    raise OSError\\n')\n"
    "open('plotly/io/__init__.py', 'w').write('from plotly.io import _renderers\\nfrom plotly.io._renderers import show')\n"
    "import plotly.io\nclass Figure:\n    def show(self): plotly.io.show(self)\n"
)


@pytest.mark.parametrize(
    "show", ["Figure().show()", "plotly.io.show(Figure())", "plotly.io.show({'data': []})"]
)
def test_a_plotly_figure_is_mentioned_however_it_is_shown(ran: Ran, show: str) -> None:
    assert only(ran(f"{PLOTLY}{show}")).missing == (Missing("browser", "plotly Figure"),)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ([], "plotly Figure"),
        ([{"y": [3, 1, 2], "name": "rye"}, {"type": "heatmap", "z": [[1, 2], [3, 4]]}],
         'plotly Figure "Loaves"|scatter "rye": 3 points|heatmap: 4 points'),
        ([{"type": "bar"}] * 25, "|".join(("plotly Figure", *["bar"] * 20, "and 5 more"))),
    ],
)  # fmt: skip
def test_a_plotly_figure_is_described(ran: Ran, data: list[dict[str, object]], shown: str) -> None:
    layout = {"title": {"text": "Loaves"}} if len(data) == 2 else {}
    figure = (
        "class BaseFigure:\n    def _repr_html_(self): return '<script></script>'\n"
        f"    def to_plotly_json(self): return {{'data': {data!r}, 'layout': {layout!r}}}\n"
        "BaseFigure.__module__ = 'plotly.basedatatypes'\nclass Figure(BaseFigure): pass\n"
    )
    value, opened = ran(f"{PLOTLY}{figure}Figure()\n# %% Show\nplotly.io.show(Figure())").outputs
    assert (value.value, value.missing) == (shown.replace("|", "\n  "), (Missing("scripts"),))
    assert opened.missing == (Missing("browser", shown.replace("|", "; ")),)


def test_a_plotly_figure_is_a_picture_if_it_can_be_drawn(ran: Ran) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\0\0\0\2" * 2
    figure = (
        f"open('kaleido.py', 'w').close()\nclass BaseFigure:\n    def to_image(self, format): return {picture!r}\n"
        "BaseFigure.__module__ = 'plotly.basedatatypes'\nBaseFigure()"
    )
    output = only(ran(f"{PLOTLY}{figure}"))
    assert (output.value, output.missing, len(output.figures)) == ("", (), 1)


PARTS = (
    "plt.plot([1, 2])",
    "plt.title('t')",
    "plt.hist([1, 2, 2])",
    "plt.subplots(1, 2)",
    "plt.subplots(2, 2)[1]",
    "plt.boxplot([1, 2])",
    "plt.gcf()",
    "plt.gca().plot([1, 2], label='a')\nplt.gca().get_legend_handles_labels()",
    "figure = plt.figure(); plt.show()\n[figure]",
    "from matplotlib.figure import Figure\n[Figure()]",
    "class Net(plt.Line2D): pass\n[plt.gca().add_artist(Net([0, 1], [0, 1]))]",
)


@needs_matplotlib
def test_the_parts_of_a_plot_are_not_shown_as_text(ran: Ran) -> None:
    outputs = cells(ran, (f"{PLT}plt.close('all')\n{code}" for code in PARTS))
    assert [(output.value, len(output.figures)) for output in outputs] == [("", 1)] * len(PARTS)


@needs_matplotlib
def test_what_a_script_collects_with_its_figures_is_shown(ran: Ran) -> None:
    output = only(ran(f"{PLT}from matplotlib.figure import Figure\n{{'error': 0.5, 'figure': Figure()}}"))
    assert output.value == "{'error': 0.5, 'figure': <Figure size 100x100 with 0 Axes>}"
    assert len(output.figures) == 1


@needs_matplotlib
def test_a_figure_that_is_the_value_of_a_later_cell_is_shown_there_again(ran: Ran) -> None:
    run = ran(
        f"{PLT}figure = plt.figure('bars')\nfigure\n# %% Two\nfigure\n# %% Three\nplt.figure()\n{{1: figure}}"
    )
    names = [[figure.name for figure in output.figures] for output in run.outputs]
    assert names == [["bars"], ["bars-2"], ["bars-3", "figure-1"]]


@needs_matplotlib
def test_arrays_and_colors_are_values(ran: Ran) -> None:
    code = (
        f"{PLT}import numpy as np\nnp.array(2.5)\n# %% Two\nnp.eye(2)\n# %% Three\nplt.colormaps['viridis']"
    )
    zero, two, colors = ran(code).outputs
    assert (zero.value, two.value) == ("array(2.5)", "array([[1., 0.],\n       [0., 1.]])")
    assert colors.value_is_html


@needs_matplotlib
def test_a_picture_is_a_figure(ran: Ran) -> None:
    output = only(ran("from PIL import Image\nImage.new('RGB', (40, 20), 'red')"))
    (figure,) = output.figures
    assert (figure.name, figure.width, figure.height, output.value) == ("figure-1", 40, 20, "")


@needs_matplotlib
def test_pictures_that_pillow_shows_in_a_window_are_figures(ran: Ran) -> None:
    code = "from PIL import Image\nImage.new('RGB', (40, 20)).show()\nImage.new('CMYK', (9, 9)).show(title='Ink')"
    output = only(ran(code))
    assert [(figure.width, figure.height) for figure in output.figures] == [(40, 20), (9, 9)]
    assert output.missing == ()


# The part of OpenCV that is not replaced, in a few lines.
OPENCV = (
    "import io, os, sys\nsys.path.insert(0, os.getcwd())\nwith open('cv2.py', 'w') as file:\n"
    "    print('import io, numpy\\nfrom PIL import Image\\ndef imencode(ending, picture):', file=file)\n"
    "    print('    Image.fromarray(picture).save(file := io.BytesIO(), \"PNG\")', file=file)\n"
    "    print('    return True, numpy.frombuffer(file.getvalue(), numpy.uint8)', file=file)\n"
    "import cv2, numpy\ndef show(name, size): cv2.imshow(name, numpy.ones((9, size)) / 2)\ncv2.namedWindow('film')\n"
)


@needs_matplotlib
def test_windows_of_opencv_leave_their_last_picture(ran: Ran) -> None:
    film = "for size in (1, 2, 3):\n    show('film', size); print(cv2.waitKey(20))\nshow('other', 4)\n"
    output = only(ran(f"{OPENCV}{film}cv2.waitKey();\nshow('film', 5)\ncv2.destroyAllWindows()"))
    assert [figure.width for figure in output.figures] == [3, 4, 5]
    assert output.text == "-1\n-1\n-1\n"


# Figures


@needs_matplotlib
def test_a_figure_without_pyplot_is_saved(ran: Ran) -> None:
    output = only(ran("from matplotlib.figure import Figure\nf = Figure(figsize=(2, 1), dpi=50)\nf"))
    assert [(figure.width, figure.height) for figure in output.figures] == [(100, 50)]
    assert output.value == ""


@needs_matplotlib
def test_each_show_gives_a_picture(ran: Ran) -> None:
    code = f"{PLT}plt.plot([1, 2]); plt.show()\nplt.plot([2, 1]); plt.show()\nprint(plt.get_fignums())"
    output = only(ran(code))
    assert len({figure.file.read_bytes() for figure in output.figures}) == 2
    assert (output.text, output.errors) == ("[]\n", "")


@needs_matplotlib
def test_a_window_that_stays_open_gives_a_picture_of_its_last_state(ran: Ran) -> None:
    ways = [
        ("plt.pause(0.001)", ""),
        ("plt.draw(); plt.pause(0.001)", "plt.close()"),
        ("plt.show(block=False)", "plt.close('all')"),
        ("figure.show()", "plt.close(figure)"),
        ("plt.ion(); plt.show()", "plt.ioff()"),
        ("pass", "plt.close()"),  # nobody sees this one
    ]
    steps = "figure, axes = plt.subplots()\nfor n in range(3):\n    axes.set_title(n); {}\n{}\nprint(axes.get_title())\n"
    cells = "# %%\n".join(steps.format(*way) for way in ways)
    outputs = ran(f"{PLT}{cells}# %%\nfigure, axes = plt.subplots()\naxes.set_title(2)\n").outputs
    *shown, unseen, wanted = ({figure.file.read_bytes() for figure in output.figures} for output in outputs)
    assert shown == [wanted] * 5
    assert unseen == set()
    assert {output.errors for output in outputs} == {""}


@needs_matplotlib
def test_a_figure_that_a_later_cell_draws_on_is_saved_there_again(ran: Ran) -> None:
    code = (
        f"{PLT}figure, axes = plt.subplots(num='bars')\n# %% Read\naxes.get_xlim()\nfigure.savefig('own.pdf');\n"
        "# %% Draw\naxes.plot([1, 2]);\nfigures = {'bars': {'caption': 'Bars.', 'alt': 'Two bars.'}}"
    )
    drawn, read, again = ran(code).outputs
    assert [figure.name for figure in drawn.figures] == ["bars"]
    assert read.figures == ()
    assert [(figure.name, figure.alt) for figure in again.figures] == [("bars-2", "Two bars.")]


@needs_matplotlib
def test_an_animation_moves_and_has_a_still_picture(ran: Ran) -> None:
    code = (
        f"{PLT}from matplotlib.animation import FuncAnimation\nfigure, axes = plt.subplots(num='wave')\n"
        "line, = axes.plot([0, 1])\ndef step(n): line.set_ydata([0, n]); return line,\n"
        "moving = FuncAnimation(figure, step, frames=4, interval=50)\nplt.show()"
    )
    output = only(ran(code))
    moving, still = output.figures
    assert (moving.name, moving.still, still.name) == ("wave", "wave-still", "wave-still")
    assert b"acTL" in moving.file.read_bytes()
    assert b"acTL" not in still.file.read_bytes()
    assert output.shown_figures == (moving,)


@needs_matplotlib
@needs_matplotlib
@pytest.mark.parametrize("shown", ["", "plt.show()"])
def test_deferred_figures_belong_to_the_next_cell(ran: Ran, shown: str) -> None:
    codes = [
        f"{PLT}plt.plot([1, 2])\n{shown}\n# sphinx_gallery_defer_figures",
        "plt.plot([2, 1])\nprint(plt.get_fignums())",
    ]
    first, second = cells(ran, codes)
    assert first.figures == ()
    assert len(second.figures) == 1
    assert second.text == "[1]\n"


@needs_matplotlib
def test_the_last_cell_defers_no_figures(ran: Ran) -> None:
    (output,) = cells(ran, [f"{PLT}plt.plot([1, 2])\n# sphinx_gallery_defer_figures"])
    assert len(output.figures) == 1


@pytest.mark.parametrize(
    "value", ["HTML(moving.to_jshtml())", "moving.to_jshtml()", "HTML(f'<div>{moving.to_jshtml()}</div>')"]
)
def test_the_html_that_plays_an_animation_is_shown_as_the_animation(ran: Ran, value: str) -> None:
    code = (
        f"{PLT}from matplotlib.animation import FuncAnimation\nfigure = plt.figure()\nplt.close()\nclass HTML:\n"
        "    def __init__(self, html): self._repr_html_ = lambda: html\n"
        "moving = FuncAnimation(figure, lambda n: [figure.text(0.2 * n, 0.5, n)], frames=3)\n"
    )
    first, again = ran(f"{code}{value}\n# %% Again\n{value}").outputs
    for output in (first, again):
        assert [b"acTL" in figure.file.read_bytes() for figure in output.figures] == [True, False]
        assert (output.value, output.missing) == ("", ())


@needs_matplotlib
def test_an_animation_that_is_too_long_is_shown_as_a_still_picture(ran: Ran) -> None:
    code = (
        f"{PLT}from matplotlib.animation import FuncAnimation\nfigure = plt.figure(figsize=(0.2, 0.2))\n"
        "moving = FuncAnimation(figure, lambda n: (), frames=400)"
    )
    output = only(ran(code))
    assert [figure.still for figure in output.figures] == [""]
    assert output.missing == (Missing("animation", "ValueError: more than 300 frames"),)


@needs_matplotlib
def test_figures_are_the_same_in_every_run(ran: Ran) -> None:
    output = only(ran(f"{PLT}for _ in range(2):\n    plt.plot([1, 2]); plt.show()"))
    first, second = output.figures
    assert first.file.read_bytes() == second.file.read_bytes()
    assert not re.search(rb"tEXt|tIME", first.file.read_bytes())


def test_output_that_is_not_text_is_only_counted(ran: Ran) -> None:
    code = "import os, sys\n_ = sys.stdout.buffer.write(bytes(range(128, 256)) * 10)"
    assert only(ran(code)).text == "[1,280 bytes that are not text]\n"


def test_a_line_end_is_not_left_out(ran: Ran) -> None:
    output = only(ran(f"print('x' * {LONGEST_STREAM})"))
    assert "more characters" not in output.text
