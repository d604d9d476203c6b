"""Any contribution results in problems with fixes, or in harmless pages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_outcome import built_in
from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import prepare
from executable_glossary.app.tables.problem_list import FORMATS
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from glossaries import lay_out
from hostile_glossary import (
    ENTRY,
    FILES,
    PICTURE,
    RECORD_FILE,
    Path_,
    laid_out,
    places,
    restore,
    rewrite,
    rewrite_all,
)
from live_html import as_html, live
from slow_texts import LENGTH, PLACES, SIGNS, seconds_of

Folder = pytest.TempPathFactory
# Ways to make a page do something: elements, events, URLs, and what Markdown and templates turn into them.
HARMS = (
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT >",
    "x <img src=x onerror=alert(1)> y",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1) 'y')",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](https://example.org/spy.png)",
    "[x](vbscript:x)",
    "[x](//example.org)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x]\n\n[x]: <javascript:alert(1)>",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "<javascript:alert(1)>",
    "x](javascript:alert(1)) [y",
    "x](https://a.b){: onclick=alert(1) } [y",
    "[x](https://a.b){onclick=alert(1)}",
    "https://example.org){onclick=alert(1)}[y](",
    "x {: onclick=alert(1) }",
    "x\n{: onclick=alert(1) }",
    "x { #a onclick=alert(1) }",
    "x {.a style=position:fixed}",
    "` <script>alert(1)</script> `",
    "``<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>",
    "```html\n\n<script>alert(1)</script>\n```",
    "x\n\n~~~html\n<img src=x onerror=alert(1)>\n~~~",
    "~~~\n<meta http-equiv=refresh content='1;url=https://evil.example'>\n~~~\n\nx",
    "``` {onclick=alert(1)}\nx\n```",
    "~~~html onclick=alert(1)\nx\n~~~",
    "a\n\n    <script>alert(1)</script>\n\n<script>alert(1)</script>",
    "</div></section></details><script>alert(1)</script>",
    '<div markdown="1"><script>alert(1)</script></div>',
    "--><script>alert(1)</script><!--",
    "<!--\n--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php <script>alert(1)</script> ?>",
    "a | <b onclick=alert(1)>x</b> | b",
    "# x { onclick=alert(1) }",
    "x\n===\n",
    '!!! note "<script>alert(1)</script>"\n    x',
    "*[x]: <script>alert(1)</script>",
    '--8<-- "/etc/passwd"',
    "--8<--\n/etc/passwd\n--8<--",
    "{!/etc/passwd!}",
    "{{ 7*7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ by_heart.__class__ }}",
    '{{ 1 | literal("<script>alert(1)</script>") }}',
    "{% include '/etc/passwd' %}{# #}{%- raw -%}",
    "[[dropout|<script>alert(1)</script>]]",
    "[[dropout|x](javascript:alert(1))[y]]",
    r"$\text{<script>alert(1)</script>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$$\unicode{<img src=x onerror=alert(1)>}$$",
    "../../../etc/passwd",
    "/etc/passwd",
    "a\x00b\x1b[31mc\x1b]0;d\x07",
    "abc\u202edef\u2066x\u200b\ufeff",
    "\ud800",
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03",
    "---\ntitle: x\nstructured: </script><script>alert(1)</script>\n---",
)
TEXTS = [(file, path) for file, path in places() if isinstance(FILES[file], dict)]
PIECES = st.lists(
    st.sampled_from(
        (*HARMS, *SIGNS, "dropout", " ", "\n\n", "\n", "    ", ")", "](", "`", '"', "}}", "</p>")
    ),
    min_size=1,
    max_size=6,
).map("".join)
VALUES = st.one_of(
    PIECES,
    PIECES,
    PIECES,
    st.text(max_size=40),
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400),
    st.recursive(
        st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Folder) -> Path:
    """A glossary with every possible key; each test restores what it changes."""
    return laid_out(tmp_path_factory.mktemp("hostile"))


def judged(folder: Path) -> Build:
    """Builds the glossary; fails if a page has active content, or if a problem lacks a location or a fix."""
    built = built_in(folder, SubprocessRunner())
    assert_explained(built)
    for document in built.documents:
        if document.path.endswith(".md"):
            assert live(as_html(str(document.content))) == [], document.path
        assert ".." not in document.path
    return built


def assert_explained(built: Build) -> None:
    """Fails if a problem lacks a location or a fix, or if a list of the problems could control a terminal."""
    for problem in built.problems:
        assert problem.place.path, problem
        assert problem.help, problem
    for result in FORMATS.values():
        text = result(built.problems)
        text.encode()
        assert not {"\x1b", "\u202e"} & set(text)


@pytest.fixture
def with_value(folder: Path) -> Iterator[Any]:
    changed: set[str] = set()

    def put(file: str, path: Path_, value: object) -> Build:
        changed.add(file)
        rewrite(folder, file, path, value)
        return judged(folder)

    yield put
    for file in changed:
        restore(folder, file)


def test_the_original_glossary_is_valid(folder: Path) -> None:
    built = judged(folder)
    assert not built.problems
    assert len(built.documents) > 20


@pytest.mark.parametrize("page", HARMS)
def test_harmful_html_is_detected(page: str) -> None:
    """Checks the inputs that are harmful on their own. The others need a template or a page around them."""
    if page.startswith(("<script", "<svg", "x <img", "[x](java", "[x](data", "[x](vb")) and "\t" not in page:
        assert live(as_html(page)) != []


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARMS)
def test_harmful_text_in_an_entry_is_rejected_or_harmless(harm: str, folder: Path) -> None:
    """Slow: checks a glossary for every harmful input in a third of all texts, and for every text with a third of all
    harmful inputs."""
    file, first = "concepts/dropout.yml", HARMS.index(harm) % 3
    paths = [path for other, path in TEXTS if other == file and isinstance(_value(file, path), str)][first::3]
    try:
        _judge_together(
            folder, file, [path for path in paths if not _is_rejected(folder, file, path, harm)], harm
        )
    finally:
        restore(folder, file)


def _is_rejected(folder: Path, file: str, path: Path_, harm: str) -> bool:
    rewrite(folder, file, path, harm)
    project, problems = read_project(folder)
    assert project is not None, problems
    built = prepare(project)
    assert_explained(built)
    return built.failed


def _judge_together(folder: Path, file: str, paths: list[Path_], harm: str) -> None:
    """Builds the glossary with the harmful input in all these places. If it is rejected, tries each half of them."""
    rewrite_all(folder, file, paths, harm)
    if judged(folder).failed and len(paths) > 1:
        half = len(paths) // 2
        _judge_together(folder, file, paths[:half], harm)
        _judge_together(folder, file, paths[half:], harm)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(TEXTS), VALUES)
def test_random_values_are_rejected_or_harmless(
    folder: Path, place: tuple[str, Path_], value: object
) -> None:
    _build_with(folder, place, value)


@pytest.mark.slow
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(TEXTS), VALUES)
def test_many_random_values_are_rejected_or_harmless(
    folder: Path, place: tuple[str, Path_], value: object
) -> None:
    """Slow: 300 random values, each in a separate build."""
    _build_with(folder, place, value)


def _build_with(folder: Path, place: tuple[str, Path_], value: object) -> None:
    file, path = place
    if file == "examples/by_heart.py" and not isinstance(value, str):
        value = repr(value)
    try:
        rewrite(folder, file, path, value)
        judged(folder)
    finally:
        restore(folder, file)


def _value(file: str, path: Path_) -> Any:
    value = FILES[file]
    for part in path:
        value = value[part]
    return value


MUCH: Mapping[str, tuple[Path_, object]] = {
    "a name": (("term",), "a" * 5000),
    "another name": (("aliases", 0, "text"), "ab " * 3000),
    "arrows": (("diagram", "edges"), [{"from": "one", "to": "two"} for _ in range(3000)]),
    "a formula": (("blocks", "overview"), f"${'x_{' * 700}x{'}' * 700}$"),
    "brackets of a check": (("claims", 0, "check"), f"{'(' * 9000}1{')' * 9000}"),
    "parts of a metric": (("claims", 0, "check"), f"rule.unseen{'.a' * 9000} > 1"),
    "conditions": (("claims", 0, "check"), f"rule.unseen > 1{' and rule.unseen > 1' * 900}"),
    "powers": (("claims", 0, "check"), "rule.unseen > 9**9**9"),
    "blocks": (("blocks",), {f"b{number}": "x" for number in range(3000)}),
}


@pytest.mark.parametrize(("path", "value"), MUCH.values(), ids=MUCH.keys())
def test_excessive_input_is_reported(path: Path_, value: object, with_value: Any) -> None:
    assert with_value("concepts/dropout.yml", path, value).failed


# Files


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("term: hush-hush")
    root = laid_out(tmp_path / "glossary")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("term: hush-hush")
    linked = {
        "concepts/stolen.yml": secret,
        "concepts/hidden.yml": root / ".git" / "config",
        "concepts/_findings.yml": secret,
        "examples/stolen.py": secret,
        "examples/_stolen.py": secret,
    }
    for name, target in linked.items():
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(target)
    assert _of_files(judged(root)) == {(name, "link-outside") for name in linked}


def test_a_record_that_is_a_link_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    root = laid_out(tmp_path / "glossary")
    (root / RECORD_FILE).rename(tmp_path / "record.json")
    (root / RECORD_FILE).symlink_to(tmp_path / "record.json")
    assert _of_files(judged(root)) == {(RECORD_FILE, "link-outside")}


def test_a_picture_that_is_a_link_out_of_the_project_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "private.png").write_bytes(PICTURE)
    root = laid_out(tmp_path / "glossary")
    picture = root / "examples/recorded/by_heart/labels.png"
    picture.unlink()
    picture.symlink_to(tmp_path / "private.png")
    assert _of_files(judged(root)) == {("examples/recorded/by_heart/labels.png", "link-outside")}
    picture.unlink()
    picture.write_text("<svg onload=alert(1)>")
    assert _of_files(judged(root)) == {("examples/recorded/by_heart/labels.png", "record-unreadable")}


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    root = laid_out(tmp_path / "glossary")
    (root / "concepts/dropout.yml").rename(root / "shared.yml")
    (root / "concepts/dropout.yml").symlink_to(root / "shared.yml")
    assert not judged(root).problems


@pytest.mark.parametrize(
    "name",
    [
        "concepts/dropout.yml",
        "concepts/_axes.yml",
        "examples/by_heart.py",
        "examples/_big.py",
        "examples/recorded/by_heart.json",
    ],
)
def test_an_endless_file_is_not_read(name: str, tmp_path: Path) -> None:
    root = laid_out(tmp_path)
    with (root / name).open("ab") as file:
        file.truncate(10**11)
    assert (name, "too-large") in {(problem.place.path, problem.code) for problem in judged(root).problems}


CONTENTS: Mapping[str, bytes] = {
    "nothing": b"",
    "a mark of order alone": b"\xef\xbb\xbf",
    "two marks of order": b"\xef\xbb\xbf\xef\xbb\xbf" + ENTRY.encode(),
    "UTF-16": ENTRY.encode("utf-16"),
    "UTF-32": ENTRY.encode("utf-32"),
    "UTF-7": b"term: +ADw-script+AD4-",
    "Latin-1": ENTRY.replace("Dropout", "Drôpout").encode("latin-1"),
    "half a pair of surrogates": ENTRY.replace("Dropout", "\ud800").encode("utf-8", "surrogatepass"),
    "the same, escaped": ENTRY.replace("Dropout", '"\\ud800"').encode(),
    "NUL": ENTRY.replace("Dropout", "Drop\0out").encode(),
    "NUL, escaped": ENTRY.replace("Dropout", '"Drop\\0out"').encode(),
    "ends of lines of another system": ENTRY.replace("\n", "\r\n").encode(),
    "ends of lines of an old system": ENTRY.replace("\n", "\r").encode(),
    "chance": bytes(range(256)) * 10,
    "brackets without end": b"term: " + b"[" * 200_000,
    "braces without end": b"term: " + b"{a: " * 200_000,
    "hyphens without end": b"- " * 200_000,
    "questions without end": b"? " * 200_000,
    "lines ever further right": b"\n".join(b" " * depth + b"a:" for depth in range(1000)),
    "a thousand million laughs": b"a: &a [x]\n" + b"".join(b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 9)) for c in range(97, 120)),
    "an alias of itself": b"a: &a [*a]\nb: &b {c: *b}",
    "merge keys": ENTRY.encode() + b"x: &x {omit: true}\n<<: *x\n",
    "half a million values": b"keywords:\n" + b"- a\n" * 200_000,
    "a key of a million signs": b"a" * 900_000 + b": b",
    "a line of a million signs": b'term: "' + b"a " * 400_000 + b'"',
    "a number of a million digits": b"reviewed: " + b"9" * 900_000,
    "a number of a million letters": b"reviewed: 0x" + b"f" * 900_000,
    "a number in sixties": b"reviewed: " + b"59:" * 300_000 + b"59",
    "a date that is none": b"reviewed: 2026-99-99",
    "another version": b"%YAML 9.9\n---\n" + ENTRY.encode(),
    "a tag under another name": b"%TAG ! tag:yaml.org,2002:python/\n---\nterm: !object/apply:os.system [id]",
    "two documents": ENTRY.encode() + b"---\n" + ENTRY.encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
@pytest.mark.parametrize("name", ["concepts/dropout.yml", "concepts/_axes.yml", "concepts/_findings.yml"])
def test_any_saved_file_is_read_or_reported(name: str, content: bytes, tmp_path: Path) -> None:
    judged(lay_out(tmp_path, {name: content}))


HEAD = "# /// script\n# [tool.glossary]\n{}\n# ///\n"
SCRIPTS: Mapping[str, str] = {
    "signs before a number": "x = " + "-" * 100_000 + "1",
    "parts without end": "x = a" + ".b" * 100_000,
    "calls without end": "x = a" + "()" * 100_000,
    "a sum without end": "x = " + "+".join(["a"] * 100_000),
    "brackets without end": "x = " + "(" * 100_000,
    "functions of functions": "x = " + "lambda: " * 50_000 + "1",
    "powers of powers": "x = 9**9**9**9\ny = 'a' * 10**12",
    "a number of a million digits": "x = " + "9" * 900_000,
    "blocks in blocks": "\n".join(" " * depth + "if 1:" for depth in range(300)),
    "another alternative": "if a: pass\n" + "elif a: pass\n" * 20_000,
    "NUL": "x = 'a\0b'",
    "a cell of its own for each line": "\n".join(f"# %% Cell {number}\nx = {number}" for number in range(3000)),
    "lines that are no lines": "x = 'a\x0bb\x85c\u2028d'\n\x0c\n# %% Next\nx = 1",
    "a long text": "# %% Long\n# " + "word " * 100_000 + "\nx = 1",
}  # fmt: skip
HEADS: Mapping[str, str] = {
    "a number of digits without end": "# seeds = [" + "9" * 5000 + "]",
    "letters without end": "# seeds = [0x" + "f" * 15_000 + "]",
    "brackets without end": "# seeds = " + "[" * 15_000,
    "dots without end": "# " + ".".join(["a"] * 9000) + " = 1",
    "a head without end": "# x = '" + "a" * 900_000 + "'",
    "a million seeds": "# seeds = [" + ",".join(map(str, range(3000))) + "]",
    "not a number": "# timeout = nan\n# tolerance = {a = nan, b = inf, c = -inf}",
    "for ever": "# timeout = inf\n# memory = 9223372036854775807",
    "from elsewhere": '# data = ["../mkdocs.yml"]\n# outputs = ["../x", "a/b", "/etc/x", ".ssh"]\n# cache = ["..", "a\\u0000"]',
    "needs itself": '# needs = ["odd", "by_heart", "../by_heart", ""]',
    "names of devices": '# outputs = ["CON", "nul.txt", "a", "A", "com1."]',
    "long names": "# data = [\"" + "9" * 300 + "\"]\n# outputs = [\"" + "a" * 300 + "\"]",
    "charts of nothing": '# [tool.glossary.charts."<script>"]\n# kind = "bars"',
    "points without end": '# [tool.glossary.charts.a]\n# kind = "lines"\n# title = "t"\n# caption = "c"\n# axis = "a"\n# along = "x"\n'
    '# points = [nan, inf, 1e308, -1e308]\n# [tool.glossary.charts.a.lines]\n# "x" = "n{}.y"\n# "y" = {"nan" = "a", "1e400" = "b"}',
}  # fmt: skip


@pytest.mark.parametrize("code", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_any_code_is_read_or_reported(code: str, tmp_path: Path) -> None:
    content = f'"""Odd"""\n{code}\n'.encode()
    judged(lay_out(tmp_path, {"examples/odd.py": content}))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_any_header_is_read_or_reported(head: str, tmp_path: Path) -> None:
    content = f'{HEAD.format(head)}"""Odd"""\nx = 1\n'.encode()
    assert judged(lay_out(tmp_path, {"examples/odd.py": content})).failed


@pytest.mark.parametrize(
    "docstring", ["\\ud800", "a\\udfff\n\n\\ud800", "\\x00\\x1b[31m", "\\u202eabc", "\\N{ZERO WIDTH SPACE}a"]
)
def test_escaped_characters_in_code_are_detected(docstring: str, tmp_path: Path) -> None:
    content = f'"""A{docstring}"""\nx = 1\n'.encode()
    result = judged(lay_out(tmp_path, {"examples/odd.py": content})).problems
    assert {problem.code for problem in result} == {"not-plain"}


ODD_NAMES = [
    "\udcff",
    "a\nb",
    "<script>alert(1)<",
    "a](javascript:alert(1))[",
    "con",
    "Dropout",
    "dröpout",
    " ",
    "a" * 240,
    "{{ 7 }}",
    "\u202ea",
    "-",
    "a.b",
]


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize(
    "place", ["concepts/{}.yml", "examples/{}.py", "examples/_{}.py", "examples/recorded/{}.json"]
)
def test_any_file_name_is_handled(place: str, name: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path, {})
    content = ENTRY if place.endswith(".yml") else '"""Odd"""\nx = 1\n'
    try:
        Path(os.fsencode(root / place.format(name)).decode("utf-8", "surrogateescape")).write_text(content)
    except OSError:
        pytest.skip("this file system has no such name")
    built = judged(root)
    # An example's file name can have capitals. No build looks for files with names that an example cannot have.
    assert (
        built.failed
        or (place, name) == ("examples/{}.py", "Dropout")
        or place.startswith(("examples/_", "examples/recorded"))
    )


# Time


# Backtracking would take minutes or never end. `make bench-hostile` shows the time relative to ordinary text.
MOST_SECONDS = 60  # CPU seconds; the slowest check takes one or two
SHORT, FEW_SECONDS = (
    30_000,
    10,
)  # for the many patterns of the slow test; a tenth of the time if it grows with the square


# The slowest patterns before the searches had limits.
WORST = ("[", "{", "[[", "{{", "![", "<a ", "$$", "\n# ")


@pytest.mark.parametrize("place", PLACES)
def test_no_text_makes_a_check_slow(place: str, tmp_path: Path) -> None:
    assert _endless(tmp_path, place, WORST) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_no_pattern_makes_a_check_slow(place: str, tmp_path: Path) -> None:
    """Slow: checks 30 kB of each of fifty patterns; each place has its own half of them."""
    assert _endless(tmp_path, place, SIGNS[PLACES.index(place) % 2 :: 2], SHORT, FEW_SECONDS) == []


def _endless(
    folder: Path, place: str, patterns: Iterable[str], length: int = LENGTH, most: float = MOST_SECONDS
) -> list[str]:
    took = {
        signs: seconds_of(folder / str(number), place, signs, length) for number, signs in enumerate(patterns)
    }
    return [signs for signs, seconds in took.items() if seconds > most]


def _of_files(built: Build) -> set[tuple[str, str]]:
    """The problems with files. A number that is missing because a record was rejected is not of interest."""
    codes = ("link-outside", "record-unreadable", "too-large")
    return {(problem.place.path, problem.code) for problem in built.problems if problem.code in codes}
