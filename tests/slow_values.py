"""Values of runs and records that are slow to make safe, each as a function of its length."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _repeated(part: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda length: before + part * (length // len(part)) + after


def _numbered(part: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Parts that differ, as otherwise a parser keeps only the last three."""
    return lambda length: before + "".join(part.format(n) for n in range(length // len(part))) + after


def _formatting(length: int) -> str:
    """Formatting that is not ended, which a parser repeats in every paragraph."""
    return "<p>" + _numbered("<font size={:6}>")(length // 2) + "</p>" + "<p>x</p>" * (length // 16)


HTML: Mapping[str, Callable[[int], str]] = {
    "elements": _repeated("<div>"),
    "formatting": _formatting,
    "paragraphs in formatting": _repeated("<b><p>"),
    "ends that match nothing": _repeated("<span><div></span>"),
    "attributes": _numbered(" a{:6}", "<p", ">"),
    "attributes of the body": _numbered("<body a{:6}=1>"),
    "tags without end": _repeated("<style"),
    "attributes without end": _repeated('<a b="'),
    "quotes without end": _repeated("""<a b="<a c='"""),
    "style sheets without end": _repeated("<style>"),
    "fields without end": _repeated("<input"),
    "comments without end": _repeated("<!--"),
    "tables": _repeated("<table><tr><td>"),
    "drawings": _repeated("<svg><desc>"),
    "lines of a drawing": _repeated("<path/>", "<svg><p></p>"),
    "classes": _repeated("a ", '<p class="', '">'),
    "styles": _numbered('<p style="top:{:6}px">'),
    "rules": _repeated("a{b:c}", "<style>", "</style>"),
    "selectors": _repeated("a,", "<style>", "a{b:c}</style>"),
    "blocks": _repeated("a{", "<style>", "</style>"),
    "groups of rules": _repeated("@media{", "<style>", "</style>"),
    "functions": _repeated("f(", "<style>a{b:", "</style>"),
    "brackets in a style": _repeated("(", '<p style="a:', '">'),
    "signs": _repeated("<&"),
}
MARKDOWN: Mapping[str, Callable[[int], str]] = {
    "brackets": _repeated("["),
    "code": _repeated("`"),
    "lists": _repeated("- "),
    "headings": _repeated("a\n=\n"),
    "stars": _repeated("*a "),
}
LATEX: Mapping[str, Callable[[int], str]] = {
    "spaces": _repeated(" ", "a", "b"),
    "braces": _repeated("{"),
}
VALUES = {"text/html": HTML, "text/markdown": MARKDOWN, "text/latex": LATEX}
CASES = [(media, name) for media, named in VALUES.items() for name in named]
