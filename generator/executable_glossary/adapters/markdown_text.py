"""Reads Markdown text of other programs: front matter, code fences, link references, MyST roles, Hugo shortcodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from executable_glossary.adapters.yaml_limits import out_of_bounds
from executable_glossary.model.foreign_glossary import Loss
from executable_glossary.model.problem import Place

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_REFERENCE = re.compile(r"\s{0,3}\[(?P<name>[^\]^]+)\]:\s*<?(?P<url>[^\s>]+)>?(?:\s+[\"'(].*)?")
_TO_REFERENCE = re.compile(r"(?<!!)\[(?P<words>[^\[\]]+)\]\[(?P<name>[^\[\]]*)\]")
# The limits keep the matching time linear even if the text contains many unclosed opening delimiters.
_ROLE = re.compile(
    r"\{(?P<role>[\w:+.-]{1,100})\}`(?P<words>[^`<]{0,1000})(?:<(?P<target>[^`<>]{0,1000})>)?`"
)
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+-->")
_TOOLTIP = re.compile(
    r"""\{\{[<%]\s{0,100}(?:glossary_tooltip|glossary)\b(?P<options>[^}]{0,2000}?)[>%]\}\}"""
)
_OPTION = re.compile(r"""(\w+)\s*=\s*"([^"]*)\"""")
_SHORTCODE = re.compile(r"\{\{[<%].{0,1000}?[>%]\}\}|\{%.{0,1000}?%\}", re.DOTALL)


@dataclass(frozen=True)
class Lines:
    """The lines of a file, counted from 1."""

    all: tuple[str, ...]

    @classmethod
    def of(cls, content: str) -> Lines:
        return cls(tuple(line.rstrip() for line in content.expandtabs(4).splitlines()))

    def __getitem__(self, number: int) -> str:
        return self.all[number - 1] if 0 < number <= len(self.all) else ""

    @property
    def last(self) -> int:
        return len(self.all)

    def is_prose(self, number: int) -> bool:
        """Whether the line is outside code fences and front matter."""
        return number not in self._fenced

    @cached_property
    def _fenced(self) -> frozenset[int]:
        fenced, mark = set(range(1, 1 + self.front_matter)), ""
        for number in range(self.front_matter + 1, self.last + 1):
            found = _FENCE.match(self[number])
            if mark or found:
                fenced.add(number)
            if found and not mark:
                mark = found[1]
            elif mark and self[number].strip() == mark:
                mark = ""
        return frozenset(fenced)

    @cached_property
    def next_text(self) -> tuple[str, ...]:
        """The first line with text after each line, counted from 0 lines; empty if there is none."""
        following = [""]
        for line in reversed(self.all):
            following.append(line if line.strip() else following[-1])
        return tuple(reversed(following))

    @cached_property
    def front_matter(self) -> int:
        """The number of lines of the front matter, with its two rules."""
        if self[1] != "---":
            return 0
        return next((number for number in range(2, self.last + 1) if self[number] in ("---", "...")), 0)

    @cached_property
    def targets(self) -> dict[str, str]:
        """The URLs of the file's link references, keyed by name in lowercase."""
        found = (_REFERENCE.fullmatch(line) for line in self.all)
        return {match["name"].lower(): match["url"] for match in found if match}

    @property
    def references(self) -> set[int]:
        return {number for number, line in enumerate(self.all, 1) if _REFERENCE.fullmatch(line)}


def front_matter(lines: Lines) -> dict[str, Any] | None:
    """The values in the front matter; empty if there is none, and None if it is not valid, is nested too deeply, or
    contains aliases, which can stand for any number of values."""
    text = "\n".join(lines.all[1 : max(1, lines.front_matter - 1)])
    try:
        too_large = out_of_bounds("", _without_aliases(yaml.parse(text)))
        values = {} if not text.strip() else None if too_large else yaml.safe_load(text)
    # PyYAML raises the others for a value that does not match its tag.
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError):
        return None
    return values if isinstance(values, dict) else None


def _without_aliases(events: Iterable[yaml.Event]) -> Iterator[yaml.Event]:
    """The events up to the first alias. Raises yaml.YAMLError there."""
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        yield event


def converted(text: str, lines: Lines, place: Place) -> tuple[str, list[Loss]]:
    """The text with the links of this product instead of link references, MyST roles, and shortcodes."""
    losses: list[Loss] = []

    def lose(kind: str, what: re.Match[str], instead: str = "") -> str:
        losses.append(Loss(kind, place, " ".join(what[0].split())))
        return instead

    if "-->" in text:
        # Without an end, each beginning of a comment would be searched up to the end of the text.
        body, end, rest = text.rpartition("-->")
        text = _COMMENT.sub(lambda found: lose("comments skipped", found), body + end) + rest
    text = _TOOLTIP.sub(lambda found: _tooltip(found) or lose("shortcodes skipped", found), text)
    text = _SHORTCODE.sub(lambda found: lose("shortcodes skipped", found), text)
    text = _ROLE.sub(
        lambda found: _term(found) or lose("roles replaced with their text", found, found["words"].rstrip()),
        text,
    )
    text = "\n".join(line for line in text.split("\n") if not _REFERENCE.fullmatch(line))
    return _TO_REFERENCE.sub(lambda found: _referred(found, lines), text).strip(), losses


def _tooltip(found: re.Match[str]) -> str:
    """The link of a Hugo shortcode such as `{{< glossary_tooltip text="pods" term_id="pod" >}}`."""
    options = dict(_OPTION.findall(found["options"]))
    term = options.get("term_id", options.get("term", ""))
    return f"[[{term}|{options.get('text', term)}]]" if term else ""


def _term(found: re.Match[str]) -> str:
    """The link of MyST's role `term`; empty for other roles."""
    words = found["words"].strip()
    target = found["target"] or words
    return "" if found["role"] != "term" else f"[[{words}]]" if target == words else f"[[{target}|{words}]]"


def _referred(found: re.Match[str], lines: Lines) -> str:
    target = lines.targets.get((found["name"] or found["words"]).lower())
    return f"[{found['words']}]({target})" if target else found[0]
