"""Expressions in prose and in claims: parsed by Jinja, compared with a list of what is allowed, then evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.parser import Parser

from executable_glossary.model.number_format import STATISTICS, number, number_filters
from executable_glossary.model.words import UNSPOKEN, Words
from executable_glossary.text.expression_grammar import ExpressionError, refuse

__all__ = ["Expression", "ExpressionError", "evaluate", "margin", "metrics_in", "parse_expression", "say"]


@dataclass(frozen=True)
class Expression:
    """A checked expression. `names` are the dotted names that it reads, `metrics` the same without statistics."""

    source: str
    names: tuple[str, ...]
    metrics: tuple[str, ...]
    is_literal: bool
    is_comparison: bool


@lru_cache(maxsize=4096)
def parse_expression(source: str) -> Expression:
    """Nothing is compiled or computed here: `9**9**9` is refused as a node, before Jinja would fold it."""
    try:
        return _checked(source)
    except TemplateSyntaxError as error:
        said = (error.message or "it cannot be read").replace(
            "unexpected 'end of template'", "it ends too early"
        )
        raise ExpressionError(said) from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
    except ValueError as error:
        raise ExpressionError(str(error)) from None


def metrics_in(source: str) -> tuple[str, ...]:
    """The metrics that an expression reads; none of one that cannot be read, which a check tells."""
    try:
        return parse_expression(source).metrics
    except ExpressionError:
        return ()


def evaluate(expression: Expression, names: Mapping[str, Any], words: Words = UNSPOKEN) -> Any:
    """The value, with `names` mapping each dotted metric to a number. A filter says it in `words`."""
    for metric in expression.metrics:
        if metric not in names:
            raise ExpressionError(f'there is no metric "{metric}"{_near(metric, names)}')
    try:
        value = _compiled(expression.source, words)(_nested(names))
        # A strict Undefined comes out in silence, and says what is missing when it is used.
        return str(value) if isinstance(value, Undefined) else value
    except ZeroDivisionError:
        raise ExpressionError("it divides by zero") from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
    except (UndefinedError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ExpressionError(str(error)) from None


def margin(expression: Expression, names: Mapping[str, Any]) -> float | None:
    """By how much one comparison holds: 0.92 >= 0.8 by 0.12; None where there are two, or none with an order."""
    match re.split(r"([<>]=?)", expression.source):
        case [left, sign, right]:
            larger, smaller = (left, right) if ">" in sign else (right, left)
        case _:
            return None
    try:
        by = evaluate(parse_expression(f"({larger}) - ({smaller})"), names)
    except ExpressionError:
        return None
    return float(by)


def say(expression: Expression, names: Mapping[str, Any], words: Words = UNSPOKEN) -> str:
    """The value as it stands in prose; without words, only whether there is one."""
    value = evaluate(expression, names, words)
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ExpressionError("it is not a number")
    return number(value)


@lru_cache(maxsize=8)
def _environment(words: Words = UNSPOKEN) -> Environment:
    environment = Environment(undefined=StrictUndefined, autoescape=False, optimized=False)
    environment.filters.clear()
    environment.filters.update(number_filters(words))
    return environment


def _checked(source: str) -> Expression:
    parser = Parser(_environment(), source, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        raise ExpressionError(f'"{parser.stream.current.value}" does not belong here')
    refuse(tree)
    names = tuple(dict.fromkeys(_names(tree)))
    return Expression(
        source,
        names,
        tuple(dict.fromkeys(map(_without_statistic, names))),
        _is_literal(tree),
        tree.find(nodes.Compare) is not None or isinstance(tree, nodes.Compare),
    )


def _near(metric: str, names: Mapping[str, Any]) -> str:
    near = get_close_matches(metric, names, n=3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


@lru_cache(maxsize=4096)
def _compiled(source: str, words: Words) -> Any:
    return _environment(words).compile_expression(source, undefined_to_none=False)


def _names(tree: nodes.Node) -> Iterator[str]:
    if isinstance(tree, nodes.Name | nodes.Getattr):
        yield _dotted(tree)
        return
    for child in tree.iter_child_nodes():
        yield from _names(child)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    if isinstance(node, nodes.Name):
        return node.name
    raise ExpressionError("only a metric has parts")


def _without_statistic(name: str) -> str:
    head, _, tail = name.rpartition(".")
    return head if head and tail in STATISTICS else name


def _is_literal(tree: nodes.Node) -> bool:
    return isinstance(tree, nodes.Filter) and tree.name == "literal"


def _nested(names: Mapping[str, Any]) -> dict[str, Any]:
    """`{"a.b": 1}` → `{"a": namespace(b=1)}`. A namespace, because a dict's methods would hide metrics."""
    top = SimpleNamespace()
    for dotted, value in names.items():
        *path, last = dotted.split(".")
        space = top
        for part in path:
            if not isinstance(getattr(space, part, None), SimpleNamespace):
                setattr(space, part, SimpleNamespace())
            space = getattr(space, part)
        setattr(space, last, value)
    return vars(top)
