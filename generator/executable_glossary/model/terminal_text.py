"""The text that a terminal shows at the end of a stream, without colors and other control characters."""

from __future__ import annotations

import re

HEIGHT = 100  # rows; the cursor cannot move back to rows above
# A sequence that moves the cursor further right would fill the memory with spaces, and so would a million short ones.
MAX_COLUMN, MOST_SPACES = 10_000, 1_000_000
# All control characters except tab and newline.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Characters that reverse the text after them, or that end such text.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
# Titles and links, which end with a bell or a string terminator on the same line, and pictures, which can have several
# lines. If the end is missing, the text after the beginning counts as printed.
_STRING = r"\x1b[\]X^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\"
_TOKEN = re.compile(
    r"\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<command>[@-~])"
    rf"|{_STRING}"
    r"|\x1b[ -/]*[0-~]?"
    r"|(?P<text>[^\x00-\x08\n\x0b-\x1f\x7f-\x9f\ud800-\udfff]+)"
    r"|(?P<control>[\x00-\x08\n\x0b-\x1f\x7f-\x9f\ud800-\udfff])"
)
# Titles, links, and pictures; sequences that neither move the cursor nor erase; and control characters that a terminal
# skips.
_WITHOUT_EFFECT = re.compile(
    rf"{_STRING}"
    r"|\x1b\[[0-?]*[ -/]*(?![A-HJKf])[@-~]|\x1b(?!\[)[ -/]*[0-~]?"
    "|[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]+"
)


def final_text(stream: str) -> str:
    r"""What a terminal of unlimited width and HEIGHT rows would show after printing `stream`, preceded by everything
    that has scrolled off the screen.

    A carriage return, a backspace, and the sequences that move the cursor or erase text have their effect, so a
    progress bar leaves only its last state. Colors, links, bells, and all other control characters are removed. What would
    change the direction of the text around it is replaced with its code, such as [U+202E].
    """
    stream = _DIRECTION.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", stream)
    if not CONTROL.search(stream):
        return stream
    screen = _Screen()
    # Without these, the text between them is written at once.
    stream = _WITHOUT_EFFECT.sub("", stream)
    for token in _TOKEN.finditer(stream):
        if token["text"]:
            screen.write(token["text"])
        elif token["control"]:
            screen.control(token["control"])
        elif token["command"]:
            screen.command(token["command"], token["numbers"])
    return "\n".join("".join(row).rstrip(" ") for row in screen.rows)


def without_controls(text: str) -> str:
    """The text without control characters, except tabs and newlines."""
    return CONTROL.sub("", text)


def visible_controls(text: str) -> str:
    """The text with a visible sign (such as ␛) for each control character, except tabs and newlines."""
    return CONTROL.sub(lambda sign: chr(_PICTURES.get(ord(sign[0]), 0xFFFD)), text)


def single_line(text: str) -> str:
    """The text on one line, with a visible sign (such as ␊) for each control character, and inert in the log of a CI
    service, which executes `##[...]` anywhere in a line and `::...` at the beginning of one."""
    return visible_controls(text).replace("\n", "␊").replace("\t", "␉").replace("##[", "## [")


class _Screen:
    """The rows of a terminal as lists of characters, and the position of its cursor."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[]]
        self._row = self._column = 0
        self._spaces = MOST_SPACES

    @property
    def _top(self) -> int:
        """The first row that is still on the screen."""
        return max(0, len(self.rows) - HEIGHT)

    def write(self, text: str) -> None:
        row = self.rows[self._row]
        spaces = max(0, min(self._column - len(row), MAX_COLUMN, self._spaces))
        self._spaces -= spaces
        self._column = min(self._column, len(row) + spaces)
        row.extend(" " * spaces)
        after = self._column + len(text)
        row[self._column : after] = text
        self._column = after

    def control(self, sign: str) -> None:
        if sign == "\r":
            self._column = 0
        elif sign == "\b":
            self._column = max(0, self._column - 1)
        elif sign in "\n\v\f\x85":
            self._row, self._column = self._row + 1, 0
            if self._row == len(self.rows):
                self.rows.append([])

    def command(self, name: str, numbers: str) -> None:
        """Execute a control sequence; sequences that neither move the cursor nor erase text are ignored."""
        given = [int(part) if part.isdecimal() else None for part in numbers[:20].split(";")]
        if name in "JK":
            self._erase_rows(given[0] or 0) if name == "J" else self._erase(given[0] or 0)
            return
        first = max(1, given[0] or 1)
        second = max(1, given[1] or 1) if len(given) > 1 else 1
        row, column = {
            "A": (self._row - first, self._column),
            "B": (self._row + first, self._column),
            "C": (self._row, self._column + first),
            "D": (self._row, self._column - first),
            "E": (self._row + first, 0),
            "F": (self._row - first, 0),
            "G": (self._row, first - 1),
            "H": (first - 1, second - 1),
            "f": (first - 1, second - 1),
        }.get(name, (self._row, self._column))
        self._row = min(max(self._top, row), len(self.rows) - 1)
        self._column = min(max(0, column), max(self._column, MAX_COLUMN))

    def _erase(self, what: int) -> None:
        """Erase the row from the cursor (0), up to the cursor (1), or completely (2)."""
        row = self.rows[self._row]
        if what == 0:
            del row[self._column :]
        elif what == 1 and len(row) > self._column + 1:
            row[: self._column + 1] = " " * (self._column + 1)
        else:
            row.clear()

    def _erase_rows(self, what: int) -> None:
        """Erase everything after the cursor (0), before it (1), or on the screen (2, 3)."""
        self._erase(min(what, 2))
        if what == 0:
            del self.rows[self._row + 1 :]
        elif what == 1:
            self.rows[self._top : self._row] = [[] for _ in range(self._top, self._row)]
        else:
            self.rows, self._row = [[]], 0
