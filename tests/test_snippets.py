"""What the tests of the documentation read: blocks of code, what is to be done with each, and what they check."""

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


def found(kind: str) -> list[Snippet]:
    return [snippet for snippet in snippets("page.md", PAGE) if snippet.kind == kind]


def snippet(code: str, language: str = "sh", title: str = "") -> Snippet:
    return Snippet("page.md", 1, language, title, code)


def test_blocks_are_told_apart() -> None:
    kinds = [snippet.kind for snippet in snippets("page.md", PAGE)]
    assert kinds == ["shell", "prints", "file", "not run", "unmarked"]


def test_a_block_knows_its_line() -> None:
    assert str(found("prints")[0]) == "page.md:7"


def test_a_reason_stands_right_above_its_block() -> None:
    assert found("not run")[0].reason == "it takes a day"
    assert found("shell")[0].reason == ""


def test_only_the_nearest_comment_counts() -> None:
    page = (
        PAGE + "\n<!-- not run: nobody is there -->\n```sh\nring\n```\n\n<!-- aside -->\n```sh\nopen\n```\n"
    )
    *_, rung, opened = snippets("page.md", page)
    assert (rung.reason, opened.reason) == ("nobody is there", "")


def test_a_block_in_a_list_keeps_what_is_indented_inside() -> None:
    assert found("file")[0].code == "  why: To eat.\n"


def test_a_command_that_is_to_fail_must_fail() -> None:
    assert script(snippet("glossary check  # exit 1\n"), {}) == "glossary check && exit 99 || [ $? -eq 1 ]"


def test_a_stand_in_takes_the_place_of_a_whole_line() -> None:
    shown = snippet("make site   # once\nmake sites\n")
    assert script(shown, {"make site": "true"}) == "true\nmake sites"


def test_a_file_is_written_whole_at_its_end_or_below_a_line(tmp_path: Path) -> None:
    write(snippet("term: Dough\nblocks:\n", title="concepts/dough.yml"), tmp_path)
    write(snippet("  how: Knead.\n", title="concepts/dough.yml, under blocks:"), tmp_path)
    write(snippet("keywords: [a]\n", title="concepts/dough.yml, at the end"), tmp_path)
    text = (tmp_path / "concepts/dough.yml").read_text()
    assert text == "term: Dough\nblocks:\n  how: Knead.\nkeywords: [a]\n"


def test_a_line_that_is_not_there_is_told(tmp_path: Path) -> None:
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
def test_what_is_printed_is_compared_with_what_is_shown(expected: str, printed: str, same: bool) -> None:
    assert agrees(expected, printed) == same
