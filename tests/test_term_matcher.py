"""Finding names: whole names, regardless of case, the longest first, and as fast with a thousand names as with ten."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.term_matcher import mentions

NAMES = ("fine-tuning", "fine-tuning rate", "LoRA", "loss", "loss function", "C++", "été")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fine-tuning lowers the loss.", ["Fine-tuning", "loss"]),
        ("the fine-tuning rate and the loss function", ["fine-tuning rate", "loss function"]),
        ("the fine-tuning rates", ["fine-tuning"]),
        ("lossless, glossary, re-fine-tuning, fine-tuning-like", []),
        ("lora, LORA and LoRA", ["lora", "LORA", "LoRA"]),
        ("in C++, in été", ["C++", "été"]),
        ("C++17, loss+noise, loss#1", []),
        ("", []),
    ],
)
def test_the_longest_whole_names_are_found(text: str, found: list[str]) -> None:
    assert mentions(NAMES).findall(text) == found


def test_a_plural_is_found_only_on_request() -> None:
    assert mentions(("label",)).findall("labels and a label") == ["label"]
    assert mentions(("label",), plural=True).findall("labels and a label") == ["labels", "label"]


def test_without_names_nothing_is_found() -> None:
    assert mentions(()).findall("anything") == []


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(st.text("ab -+", min_size=1, max_size=5), min_size=1, max_size=6, unique=True),
    text=st.text("ab -+", max_size=30),
)
def test_the_result_matches_that_of_a_simple_search(names: list[str], text: str) -> None:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    plain = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w+#-])")
    assert mentions(tuple(names)).findall(text) == plain.findall(text)
