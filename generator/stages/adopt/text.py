"""Text of other people as our entries may hold it: Markdown without HTML, and no number that nobody can trace."""

from __future__ import annotations

import html
import re

from generator.model.foreign import escaped
from generator.tools.prose import Span, spans, typed_numbers

Lost = tuple[str, str]

_LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^\]\n]*)\]\((?P<target>[^)\n]*)\)")
_SAFE = re.compile(r"(?:https?://|mailto:)\S+")
_REASON = "as it stood in the imported text"


def harmless(text: str) -> tuple[str, list[Lost]]:
    """The text with its links, code and emphasis; what our pages refuse is said plainly, and told."""
    lost: list[Lost] = []
    clean = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]", " ", text)
    said = "".join(_said(span, lost) for span in spans(clean))
    said = re.sub(r"[ \t]+$", "", said, flags=re.MULTILINE)
    # A line of = or - below words would make them a heading.
    return re.sub(r"\n(?=(?:=+|-+)$)", "\n\n\\\\", said, flags=re.MULTILINE).strip(), lost


def _said(span: Span, lost: list[Lost]) -> str:
    if span.kind == "prose":
        return _numbered(_neutral(span.text), lost)
    if span.kind == "link":
        return _link(span, lost)
    if span.kind == "heading":
        return f"**{_neutral(span.text.lstrip('#').strip())}**"
    if span.kind in ("expression", "math"):
        return _numbered(escaped(span.text), lost)
    if span.kind == "tag":
        lost.append(("HTML: left out", span.text[:60]))
        return ""
    return span.text


def _neutral(prose: str) -> str:
    """Signs that only HTML, attributes and headings begin with."""
    said = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", prose).replace("{", "&#123;")
    said = re.sub(r"(?<!&)^#(?=#*\S)", r"\#", said, flags=re.MULTILINE)
    return re.sub(r"\[(?=[^\]\n]*\](?:\(|:))", "&#91;", said)


def _link(span: Span, lost: list[Lost]) -> str:
    found = _LINK.fullmatch(span.text)
    if found and not found["picture"] and _SAFE.fullmatch(found["target"].strip()):
        return span.text
    words = found["words"] if found else span.text
    lost.append(
        ("pictures: left out" if found and found["picture"] else "links: the words stayed", span.text[:80])
    )
    return escaped(words) if found and not found["picture"] else ""


def _numbered(prose: str, lost: list[Lost]) -> str:
    """A typed number says that it was not measured here; one that would change by being read stands as code."""
    said, end = "", 0
    for offset, number in typed_numbers(prose):
        said += prose[end:offset] + _literal(number)
        end = offset + len(number)
        lost.append(("numbers: bound to no run, and marked so", html.unescape(number)))
    return said + prose[end:]


def _literal(number: str) -> str:
    digits = re.match(r"\d+(?:\.\d+)?", number)
    if digits is None or digits[0] != str(float(digits[0]) if "." in digits[0] else int(digits[0])):
        return f"`{number}`"
    rest = number[digits.end() :]
    return (
        f'{{{{ {digits[0]} | literal("{_REASON}") }}}}{rest}'
        if not re.match(r"[\d.,]", rest)
        else f"`{number}`"
    )
