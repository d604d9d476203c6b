"""Cleans imported text: removes HTML and other markup that entries cannot contain, and marks typed numbers."""

from __future__ import annotations

import html
import re
import unicodedata

from executable_glossary.model.foreign_glossary import escaped
from executable_glossary.text.confusables import INVISIBLE
from executable_glossary.text.markdown_spans import Span, is_closed, spans, typed_numbers

Lost = tuple[str, str]

_LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^\]\n]*)\]\((?P<target>[^)\n]*)\)")
_SAFE = re.compile(r"(?:https?://|mailto:)[^\s<>{}\"]+")
_SIGNS_OF_MARKUP = re.compile(r"[<>{}\[\]$`|]")
# Tags that separate words. Others, such as <sub>, can be inside a word.
_BLOCK_TAG = re.compile(
    r"</?(?:br|p|div|li|ul|ol|dl|dt|dd|h[1-6]|hr|table|t[dhr]|pre|blockquote)\b", re.IGNORECASE
)
_ROUNDS = 5
_REASON = "as in the imported text"
_REST_OF_NUMBER = re.compile(r"(?:[.,]?\d)*")


def harmless(text: str) -> tuple[str, list[Lost]]:
    """The cleaned text, which keeps links, code, and emphasis, and the losses as (kind, detail) pairs."""
    lost: list[Lost] = []
    cleaned = strip_markup(INVISIBLE.sub(_replace_invisible, text), lost)
    before = ""
    # If two numbers are adjacent, one of them is detected only after the other is marked, so repeat.
    while cleaned != before:
        before = cleaned
        parts = (_numbered(span.text, lost) if span.kind == "prose" else span.text for span in spans(cleaned))
        cleaned = "".join(parts)
    return cleaned.replace("}}#", "}}\\#").strip(), lost


def plain_name(name: str) -> str:
    """A name without characters that have a special meaning in Markdown, HTML, or templates."""
    visible = _SIGNS_OF_MARKUP.sub("", INVISIBLE.sub(_replace_invisible, name))
    return " ".join(visible.split()).lstrip("#~ ")


def _replace_invisible(sign: re.Match[str]) -> str:
    """The replacement for an invisible character: nothing for a formatting character, a space for any other."""
    return "" if unicodedata.category(sign[0]) == "Cf" else " "


def strip_markup(text: str, lost: list[Lost]) -> str:
    """Remove markup repeatedly until nothing changes, because removing one piece can create another."""
    for _ in range(_ROUNDS):
        # Add the line break that will end the file. Without it, an open fence would look like text.
        before = f"{text.strip()}\n"
        text = "".join(_clean_span(span, lost) for span in spans(before))
        text = re.sub(r"(?<![ \t])[ \t]++$", "", text, flags=re.MULTILINE)
        # A line of = or - under text would turn the text into a heading.
        text = re.sub(r"(?<=[^\n])\n(?=(?:=+|-+)$)", r"\n\n\\", text, flags=re.MULTILINE)
        if text == before:
            return text
    return f"{escaped(text.strip())}\n"


def _clean_span(span: Span, lost: list[Lost]) -> str:
    if span.kind == "prose":
        return _escape_markup(span.text)
    if span.kind == "link":
        return _link(span, lost)
    if span.kind == "heading":
        return f"**{_escape_markup(span.text.lstrip('#').strip())}**"
    if span.kind in ("expression", "math") or (span.kind == "fence" and not is_closed(span.text)):
        return escaped(span.text)
    if span.kind == "code":
        return " ".join(span.text.split("\n"))
    if span.kind == "tag":
        lost.append(("HTML removed", span.text))
        return " " if _BLOCK_TAG.match(span.text) else ""
    return span.text


def _escape_markup(prose: str) -> str:
    """Escape characters that begin HTML, attributes, headings, and link definitions."""
    cleaned = prose.replace("<", "&lt;").replace("{", "&#123;").replace("[", "&#91;")
    cleaned = re.sub(r"(?<!&)^#(?=#*\S)", r"\#", cleaned, flags=re.MULTILINE)
    return re.sub(r"\](?=[(:])", "&#93;", cleaned)


def _link(span: Span, lost: list[Lost]) -> str:
    match = _LINK.fullmatch(span.text)
    if match and not match["picture"] and _SAFE.fullmatch(match["target"].strip()):
        odd = set("<{[") & set(match["words"])
        return f"[{escaped(match['words'])}]({match['target']})" if odd else span.text
    picture = span.text.startswith("!")
    lost.append(("images skipped" if picture else "links replaced with their text", span.text))
    return "" if picture else escaped(match["words"] if match else span.text[1:].partition("](")[0])


def _numbered(prose: str, lost: list[Lost]) -> str:
    """Mark typed numbers as literals; numbers that would change when parsed become code."""
    cleaned, end = "", 0
    for offset, found in typed_numbers(prose):
        if offset < end:
            continue
        # A number such as 1.234,56 is detected only in part.
        number = found + _REST_OF_NUMBER.match(prose, offset + len(found))[0]  # type: ignore[index]
        cleaned += prose[end:offset] + _literal(number)
        end = offset + len(number)
        lost.append(("numbers marked as not coming from a run", html.unescape(number)))
    return cleaned + prose[end:]


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
