"""Small filters for templates: what Markdown and HTML need so that text arrives as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping


def fenced(text: str, language: str = "text") -> str:
    """A code block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def alternative(text: str) -> str:
    """A picture's text alternative inside `![...]`: one line, no brackets or quotes that would end it."""
    escaped = re.sub(r"([\[\]\\`*_])", r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_written(text: str) -> str:
    """Plain text, such as a title of a script, as Markdown that shows the same characters."""
    escaped = re.sub(r"([\\`*_{}\[\]#|])", r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Text inside a double-quoted HTML attribute."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def address(url: str) -> str:
    """A web address inside of `[...](...)`: a bracket in it would end the link."""
    return url.replace("(", "%28").replace(")", "%29")


def indented(text: str, width: int = 4) -> str:
    """All lines moved right, so that they belong to a list or a folded box."""
    return "\n".join(" " * width + line if line.strip() else "" for line in text.splitlines())


def quoted(text: str) -> str:
    """A YAML (and JSON) string, for front matter."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def capitalized(text: str) -> str:
    """The first letter large, the others as they were: "ML engineer" stays."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """With a stop at its end, so that what follows is not read as a part of it."""
    return text if text.rstrip()[-1:] in tuple(".?!:") else f"{text.rstrip()}."


FILTERS: Mapping[str, Callable[..., str]] = {
    filter.__name__: filter
    for filter in (
        fenced,
        alternative,
        as_written,
        attribute,
        address,
        indented,
        quoted,
        capitalized,
        sentence,
    )
}
