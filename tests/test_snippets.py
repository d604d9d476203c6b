"""Tests of the helper for the documentation tests, which finds code blocks, runs them, and compares their output."""

from __future__ import annotations

from pathlib import Path

import pytest

from snippets import Snippet, agrees, script, snippets, write

PAGE = """\
# A page

```sh
glossary check
```

```text title="prints"
no problems
```

1. In a list

    ```yaml title="concepts/dough.yml, under blocks:"
      why: To eat.
    ```

<!-- not run: it takes a day -->
```sh
glossary knead
```

````markdown
```sh
inside of another block
```
````
"""


def of_kind(kind: str) -> list[Snippet]:
    return [snippet for snippet in snippets("page.md", PAGE) if snippet.kind == kind]


def snippet(code: str, language: str = "sh", title: str = "") -> Snippet:
    return Snippet("page.md", 1, language, title, code)


def test_kinds_of_blocks_are_distinguished() -> None:
    kinds = [snippet.kind for snippet in snippets("page.md", PAGE)]
    assert kinds == ["shell", "prints", "file", "not run", "unmarked"]


def test_a_block_knows_its_line() -> None:
    assert str(of_kind("prints")[0]) == "page.md:7"


def test_a_reason_is_directly_above_its_block() -> None:
    assert of_kind("not run")[0].reason == "it takes a day"
    assert of_kind("shell")[0].reason == ""


def test_only_the_nearest_comment_counts() -> None:
    page = (
        PAGE + "\n<!-- not run: nobody is there -->\n```sh\nring\n```\n\n<!-- aside -->\n```sh\nopen\n```\n"
    )
    *_, rung, opened = snippets("page.md", page)
    assert (rung.reason, opened.reason) == ("nobody is there", "")


def test_a_block_in_a_list_keeps_its_inner_indentation() -> None:
    assert of_kind("file")[0].code == "  why: To eat.\n"


def test_a_command_marked_as_failing_must_fail() -> None:
    assert script(snippet("glossary check  # exit 1\n"), {}) == "glossary check && exit 99 || [ $? -eq 1 ]"


def test_a_stand_in_replaces_a_whole_line() -> None:
    shown = snippet("make site   # once\nmake sites\n")
    assert script(shown, {"make site": "true"}) == "true\nmake sites"


def test_a_file_is_written_appended_to_or_extended_below_a_line(tmp_path: Path) -> None:
    write(snippet("term: Dough\nblocks:\n", title="concepts/dough.yml"), tmp_path)
    write(snippet("  how: Knead.\n", title="concepts/dough.yml, under blocks:"), tmp_path)
    write(snippet("keywords: [a]\n", title="concepts/dough.yml, at the end"), tmp_path)
    text = (tmp_path / "concepts/dough.yml").read_text()
    assert text == "term: Dough\nblocks:\n  how: Knead.\nkeywords: [a]\n"


def test_a_missing_line_is_reported(tmp_path: Path) -> None:
    write(snippet("a: 1\n", title="a.yml"), tmp_path)
    with pytest.raises(ValueError, match='no line "b:"'):
        write(snippet("  c: 2\n", title="a.yml, under b:"), tmp_path)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("built site/\n", "built site/", True),
        ("built ...\n", "built\nsite/", False),
        ("3 runs...\n", "3 runs\nof all", True),
        ("...\nlast\n", "first\nsecond\nlast\n", True),
        ("built", "built site/", False),
        ("a.c", "abc", False),
    ],
)
def test_output_is_compared_with_the_expected_output(expected: str, printed: str, same: bool) -> None:
    assert agrees(expected, printed) == same
