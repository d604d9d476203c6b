"""The code blocks of a documentation page, and what the tests do with each of them.

    ```sh                                                runs in a temporary copy of the repository
    ```text title="prints"                               the output of the previous block; `...` matches anything
    ```yaml title="concepts/dropout.yml"                 is written to that file
    ```yaml title="concepts/_axes.yml, under roles:"     is inserted below the first such line of that file
    ```yaml title="concepts/dropout.yml, at the end"     is appended to that file
    <!-- not run: why -->                                precedes any other block

In a block of `sh`, a command that must fail is marked: `glossary check  # exit 1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(
    r"^(?P<indent>[ ]*)(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=indent)(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_REASON = re.compile(r"<!-- not run: (?P<reason>(?:(?!-->).)+) -->\s*\Z", re.DOTALL)
_INFO = re.compile(r'(?P<language>[\w-]*)(?:\s+title="(?P<title>[^"]*)")?\s*')
_FAILS = re.compile(r"^(?P<command>.*?)\s+# exit (?P<code>\d+)$", re.MULTILINE)
PRINTS = "prints"


@dataclass(frozen=True)
class Snippet:
    """A code block. `reason` says why it is not run; it is empty if the block is run."""

    page: str
    line: int
    language: str
    title: str
    code: str
    reason: str = ""

    @property
    def kind(self) -> str:
        """The kind of block: shell, prints, file, not run, or unmarked."""
        if self.reason:
            return "not run"
        if self.language == "sh":
            return "shell"
        if self.title == PRINTS:
            return "prints"
        return "file" if self.title else "unmarked"

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def snippets(page: str, text: str) -> Iterator[Snippet]:
    """All fenced blocks of a page, in order."""
    for fence in _FENCE.finditer(text):
        info = _INFO.fullmatch(fence["info"])
        language, title = (info["language"], info["title"] or "") if info else (fence["info"], "")
        reason = _REASON.search(text[: fence.start()])
        code = re.sub(rf"^{fence['indent']}", "", fence["code"], flags=re.MULTILINE)
        line = text.count("\n", 0, fence.start()) + 1
        yield Snippet(page, line, language, title, code, reason["reason"].strip() if reason else "")


def script(snippet: Snippet, stand_ins: dict[str, str]) -> str:
    """The block as a script that stops at the first unexpected exit code; slow commands are replaced with stand-ins."""
    lines = (stand_ins.get(_bare(line), line) for line in snippet.code.splitlines())
    return _FAILS.sub(r"\g<command> && exit 99 || [ $? -eq \g<code> ]", "\n".join(lines))


def _bare(line: str) -> str:
    return re.sub(r"\s+#.*", "", line).strip()


def write(snippet: Snippet, folder: Path) -> None:
    """Applies the block to the file in its title."""
    name, _, where = snippet.title.partition(", ")
    path = folder / name
    if not where:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(snippet.code, "utf-8")
        return
    path.write_text(_put(path.read_text("utf-8"), where, snippet.code), "utf-8")


def _put(text: str, where: str, code: str) -> str:
    if where == "at the end":
        return text + code
    anchor = where.removeprefix("under ")
    lines = text.splitlines(keepends=True)
    numbers = [number for number, line in enumerate(lines, 1) if line.strip() == anchor]
    if not numbers:
        raise ValueError(f'there is no line "{anchor}"')
    return "".join([*lines[: numbers[0]], code, *lines[numbers[0] :]])


def agrees(expected: str, printed: str) -> bool:
    """Whether the output matches; `...` matches any text, including several lines."""
    parts = (re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(".*".join(parts), printed.strip(), re.DOTALL) is not None
