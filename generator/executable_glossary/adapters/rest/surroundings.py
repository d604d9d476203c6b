"""What a text in reST needs to know about the site on which it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

ID_PREFIX = (
    "text-"  # of every HTML id that comes from a text, so that none has the id of another part of the page
)


class Link(NamedTuple):
    """The target of a reference, and the text to show if the reference has none."""

    url: str
    title: str


class Shape(NamedTuple):
    """How a text wants an image to be shown. width and height: in CSS pixels; 0 if it does not say. share: the width in
    percent of the column; 0 if it does not say. scale: in percent."""

    width: float = 0
    height: float = 0
    share: float = 0
    scale: float = 100


@dataclass(frozen=True)
class Surroundings:
    """Functions that turn parts of a text into HTML of their own. That HTML is not sanitized, so they must escape what
    they are given.

    link: the target of a role's reference, given the role without its domain (`func`, `ref`) and the target; None if it
        is unknown. formula: given LaTeX, and whether it is a block of its own. picture: given the address of an image,
        its alternative text, and its shape. gallery: for the directive `minigallery`, given objects and scripts. word: the words "See
        also" and the like, by key.
    """

    link: Callable[[str, str], Link | None]
    formula: Callable[[str, bool], str]
    picture: Callable[[str, str, Shape], str]
    gallery: Callable[[Sequence[str]], str]
    word: Callable[[str], str]
