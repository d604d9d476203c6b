"""Limits a style sheet that an example returned to the example's own HTML, without requests and without overlays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import tinycss2
from tinycss2.ast import Declaration, FunctionBlock, HashToken, Node, ParseError, QualifiedRule, URLToken

PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp|svg\+xml)[;,]", re.IGNORECASE)
GROUPS = frozenset({"media", "supports", "container"})
# Functions that can cause a request.
FETCHING = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "element", "expression"}
)
# Properties that could cover the page, or run code in old browsers.
FORBIDDEN = frozenset({"behavior", "-moz-binding", "z-index"})
COVERING = frozenset({"fixed", "sticky", "-webkit-sticky"})
# Brackets inside brackets; real style sheets have two or three.
DEEPEST = 20
PAGE = re.compile(r"^(?:html|body|:root)(?![\w-])", re.IGNORECASE)


def scoped_css(sheet: str, scope: str, ids: Mapping[str, str]) -> str:
    """The rules of a style sheet, each for elements inside `scope` only.

    scope: a selector. ids: the names that replace the ids of elements. Rules that are not about the example's HTML
    (`@import`, `@font-face`, `@keyframes`) are left out.
    """
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "\n".join(_rules(rules, scope, ids))


def safe_declarations(style: str) -> str:
    """The declarations of a `style` attribute."""
    return ";".join(_declarations(tinycss2.parse_blocks_contents(style)))


def _rules(rules: Iterable[Node], scope: str, ids: Mapping[str, str]) -> Iterator[str]:
    for rule in rules:
        if not _is_flat(rule):
            continue
        if isinstance(rule, QualifiedRule):
            declarations = tinycss2.parse_blocks_contents(rule.content)
            selectors = list(_selectors(rule.prelude, scope, ids))
            if selectors and (kept := ";".join(_declarations(declarations))):
                yield f"{', '.join(selectors)} {{{kept}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in GROUPS and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            condition = tinycss2.serialize(rule.prelude).strip()
            kept = "\n".join(_rules(inner, scope, ids))
            # A notebook contains the styles in a `<style>` element. `(width < 600px)` is harmless there.
            if kept and not re.search(r"<[^\s=]", condition):
                yield f"@{rule.lower_at_keyword} {condition} {{{kept}}}"


def _selectors(prelude: Sequence[Node], scope: str, ids: Mapping[str, str]) -> Iterator[str]:
    """The selectors of a rule, each limited to the scope."""
    part: list[Node] = []
    for token in (*prelude, None):
        if token is not None and token != ",":
            part.append(_renamed(token, ids))
            continue
        selector = tinycss2.serialize(part).strip()
        if selector and "<" not in selector and not any(isinstance(token, ParseError) for token in part):
            yield f"{scope} {PAGE.sub('', selector, count=1).strip()}".strip()
        part = []


def _renamed(token: Node, ids: Mapping[str, str]) -> Node:
    if isinstance(token, HashToken):
        return HashToken(token.source_line, token.source_column, ids.get(token.value, token.value), True)
    return token


def _declarations(content: Iterable[Node]) -> Iterator[str]:
    for node in content:
        if isinstance(node, Declaration) and _is_flat(node) and _is_safe(node):
            value = tinycss2.serialize(node.value).strip()
            yield f"{node.name}:{value}{' !important' if node.important else ''}"


def _is_safe(declaration: Declaration) -> bool:
    name, tokens = declaration.lower_name, list(_tokens(declaration.value))
    if name in FORBIDDEN or any(isinstance(token, ParseError) for token in tokens):
        return False
    if name == "position" and not _stays_in_place(tokens):
        return False
    return "<" not in tinycss2.serialize(declaration.value) and all(map(_causes_no_request, tokens))


def _stays_in_place(tokens: Iterable[Node]) -> bool:
    """Whether a value of `position` is one that cannot cover the page, and is known: `var(--name)` can be anything."""
    return not any(
        isinstance(token, FunctionBlock) or getattr(token, "lower_value", "") in COVERING for token in tokens
    )


def _causes_no_request(token: Node) -> bool:
    if isinstance(token, URLToken):
        return bool(PICTURE.match(token.value))
    if isinstance(token, FunctionBlock) and token.lower_name == "url":
        return all(
            getattr(part, "type", "") == "string" and PICTURE.match(part.value) for part in token.arguments
        )
    return not (isinstance(token, FunctionBlock) and token.lower_name in FETCHING)


def _is_flat(node: Node) -> bool:
    """Whether brackets are not so deep inside each other that a recursive function could fail."""
    nodes = [node]
    for _ in range(DEEPEST):
        nodes = [inner for outer in nodes for inner in _inside(outer)]
    return not nodes


def _inside(node: Node) -> Iterator[Node]:
    for name in ("prelude", "content", "arguments", "value"):
        inner = getattr(node, name, None)
        yield from inner if isinstance(inner, list) else ()


def _tokens(values: Iterable[Any]) -> Iterator[Node]:
    """All tokens, including those inside functions and brackets."""
    for token in values:
        yield token
        yield from _tokens(getattr(token, "arguments", None) or getattr(token, "content", None) or ())
