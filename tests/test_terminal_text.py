"""What remains of a stream that was written for a terminal."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.model.terminal_text import final_text, visible_controls, without_controls

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("stream", "shown"),
    [
        ("plain\n\ttext\n", "plain\n\ttext\n"),
        ("one\rtwo\rthree\n", "three\n"),
        ("a longer line\rshort\n", "shortger line\n"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("100 %|####|\n\x1b[A\r  done \x1b[K\n", "  done\n"),
        ("bar 1\nbar 2\x1b[A\rBAR 1\n\n", "BAR 1\nbar 2\n"),
        ("left behind\r\x1b[2K", ""),
        ("   \r", ""),
        ("ab\bc", "ac"),
        ("\x1b[31mred\x1b[0m \x1b[38;5;208morange\x1b[m", "red orange"),
        ("\x1b]8;;https://example.org\x07here\x1b]8;;\x1b\\, \x1b]0;title\x07bell\a nul\0 form\ffeed", "here, bell nul form\nfeed"),
        ("frame 1\nframe 1\x1b[H\x1b[2Jframe 2", "frame 2"),
        ("frame 1\nrow\x1b[1;1H\x1b[Jframe 2", "frame 2"),
        ("\x1b[?25lhidden cursor\x1b[?25h \x1b(Bset", "hidden cursor set"),
        ("unfinished \x1b[3", "unfinished 3"),
        ("\x1b]0;a title\nnext\n", "0;a title\nnext\n"),
        ("\x1bPq#0\nnext \x1b]8;;x\x07link\x1b]8;;\x1b\\", "q#0\nnext link"),
        ("\x1bPq#0\n#1\x1b\\picture \x1b_note\x1b\\above", "picture above"),
        ("\x9b31m\x85next", "31m\nnext"),
        ("\x1b[999999999Cx", " " * 10_000 + "x"),
        ("a\x1b[1Kb", " b"),
        ("a\u202eb\u2066c\n", "a[U+202E]b[U+2066]c\n"),
    ],
)  # fmt: skip
def test_a_stream_ends_as_a_terminal_shows_it(stream: str, shown: str) -> None:
    assert final_text(stream) == shown


@given(st.text(alphabet="ab1;\n\r\b\t\x1b[]AKJHGm\\\x07\x9b\x85\ud800 "))
def test_no_control_character_remains(stream: str) -> None:
    for text in (final_text(stream), without_controls(stream), visible_controls(stream)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters=DIRECTIONS)))
def test_text_without_control_characters_is_unchanged(text: str) -> None:
    assert final_text(text) == without_controls(text) == visible_controls(text) == text


def test_a_long_stream_takes_little_time() -> None:
    began = time.process_time()
    assert (
        final_text("".join(f"\rstep {number} of 200000" for number in range(200_000)))
        == "step 199999 of 200000"
    )
    assert time.process_time() - began < 3


def test_control_characters_in_code_stay_visible() -> None:
    assert visible_controls("print('\x1b[31m\x7f\x9b')\n") == "print('␛[31m␡�')\n"


def test_moving_the_cursor_does_not_fill_the_memory() -> None:
    stream = "\n\x1b[9999Cx" * 10_000
    assert len(final_text(stream)) < 10 * len(stream) + 1_000_000
    assert final_text("\x1b[20Cx\n\x1b[3Cy") == f"{' ' * 20}x\n{' ' * 3}y"
