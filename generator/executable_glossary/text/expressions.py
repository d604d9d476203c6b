"""Parses and evaluates expressions in prose and in claims, such as `{{ run.accuracy | percent }}`.

Jinja parses them; the syntax tree is checked against an allowlist of nodes before anything is compiled.
"""

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

from executable_glossary.model.number_format import FILTERS, STATISTICS, number, number_filters
from executable_glossary.model.rule import Rule
from executable_glossary.model.words import EMPTY_WORDS, Words

UNDEFINED_EXPRESSION = Rule(
    code="undefined-expression",
    when="the content is checked",
    summary="A number names an example or a metric that does not exist.",
    details="The build checks the name of the example before any run, and the name of the metric afterward.",
    why="Without a value, the page would have a gap in place of the number.",
    example="`{{ loaf.risen | percent }}`",
    instead="`{{ loaves.risen | percent }}`",
)
BAD_CLAIM = Rule(
    code="bad-claim",
    when="the content is checked",
    summary="The check of a claim cannot be evaluated, or cannot fail.",
    details="A check compares metrics with each other, or a metric with a threshold. Each name under `paired` is a group "
    "with the metrics `lead`, `low`, and `high`.",
    why="A claim that no run can refute is not evidence.",
    example="`check: loaves.risen`",
    instead="`check: loaves.risen > 0.9`",
)


# In `{{ cluster/plot_x.error }}`, the slash is part of the example's name. Jinja would divide, so it gets a letter
# instead, which no name can contain. In a text, a name without a dot before the slash is never a metric.
_FOLDERS = re.compile(r"(?<![\w.])(?:[a-z][a-z0-9_]{0,99}/){1,9}(?=[a-z][a-z0-9_]*\.)")
_SLASH = "\u01c0"


class ExpressionError(ValueError):
    """Raised if an expression is not allowed or has no value; the message gives the reason."""


@dataclass(frozen=True)
class Expression:
    """A checked expression. `names` lists the dotted names that it reads; `metrics` lists them without statistics."""

    source: str
    names: tuple[str, ...]
    metrics: tuple[str, ...]
    is_literal: bool
    is_comparison: bool


@lru_cache(maxsize=4096)
def parse_expression(source: str) -> Expression:
    """Parses and checks an expression without evaluating it: rejects `9**9**9` before Jinja can constant-fold it."""
    try:
        return _checked(source)
    except TemplateSyntaxError as error:
        message = error.message or "it cannot be parsed"
        message = message.replace("unexpected 'end of template'", "it ends too early")
        raise ExpressionError(message) from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
    except ValueError as error:
        raise ExpressionError(str(error)) from None


def parse_prose(source: str) -> Expression:
    """As `parse_expression`, for an expression in a text, where every metric has the name of its example before it and
    that name can contain folders."""
    return parse_expression(_FOLDERS.sub(lambda match: match[0].replace("/", _SLASH), source))


def metrics_in(source: str) -> tuple[str, ...]:
    """The metrics that an expression reads; empty if it is invalid (a check reports that)."""
    try:
        return parse_expression(source).metrics
    except ExpressionError:
        return ()


def metrics_in_prose(source: str) -> tuple[str, ...]:
    """As `metrics_in`, for an expression in a text."""
    try:
        return parse_prose(source).metrics
    except ExpressionError:
        return ()


def evaluate(expression: Expression, names: Mapping[str, Any], words: Words = EMPTY_WORDS) -> Any:
    """The value; `names` maps each dotted metric to a number. Filters format it with `words`."""
    for metric in expression.metrics:
        if metric not in names:
            raise ExpressionError(f'there is no metric "{metric}"{_near(metric, names)}')
    try:
        # Only what the expression reads, because arranging thousands of metrics for each expression takes a long time.
        read = {metric: names[metric] for metric in expression.metrics}
        value = _compiled(expression.source, words)(_nested(read))
        # A strict Undefined is returned without an error; using it raises an error that names the missing value.
        return str(value) if isinstance(value, Undefined) else value
    except ZeroDivisionError:
        raise ExpressionError("it divides by zero") from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
    except (UndefinedError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ExpressionError(str(error)) from None


def margin(expression: Expression, names: Mapping[str, Any]) -> float | None:
    """The margin of a comparison: 0.92 >= 0.8 holds by 0.12. None unless there is exactly one `<`, `>`, `<=`, or
    `>=`."""
    match re.split(r"([<>]=?)", expression.source):
        case [left, sign, right]:
            larger, smaller = (left, right) if ">" in sign else (right, left)
        case _:
            return None
    try:
        return float(evaluate(parse_expression(f"({larger}) - ({smaller})"), names))
    except ExpressionError:
        return None


def say(expression: Expression, names: Mapping[str, Any], words: Words = EMPTY_WORDS) -> str:
    """The value as shown in prose. Without `words`, this only checks that there is a value."""
    value = evaluate(expression, names, words)
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ExpressionError("it is not a number")
    return number(value)


@lru_cache(maxsize=8)
def _environment(words: Words = EMPTY_WORDS) -> Environment:
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
        return node.name.replace(_SLASH, "/")
    raise ExpressionError("a dot can follow only the name of an example or a metric")


def _without_statistic(name: str) -> str:
    head, _, tail = name.rpartition(".")
    return head if head and tail in STATISTICS else name


def _is_literal(tree: nodes.Node) -> bool:
    return isinstance(tree, nodes.Filter) and tree.name == "literal"


def _nested(names: Mapping[str, Any]) -> dict[str, Any]:
    """`{"a.b": 1}` → `{"a": namespace(b=1)}`. Uses a namespace, because a dict's methods would hide metrics."""
    top = SimpleNamespace()
    for dotted, value in names.items():
        *path, last = dotted.replace("/", _SLASH).split(".")
        space = top
        for part in path:
            if not isinstance(getattr(space, part, None), SimpleNamespace):
                setattr(space, part, SimpleNamespace())
            space = getattr(space, part)
        setattr(space, last, value)
    return vars(top)


ALLOWED = (
    *(nodes.Name, nodes.Getattr, nodes.Const, nodes.Filter, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg),
)
# The names of disallowed nodes, as used in messages.
_REFUSED: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call, name(...),",
    nodes.Getitem: "a value in brackets, name[...],",
    nodes.Pow: "a power, **,",
    nodes.CondExpr: "a conditional, if ... else,",
    nodes.Concat: "concatenation with ~",
    nodes.Test: "a test with is",
}
CALCULATED = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg)


def refuse(tree: nodes.Node) -> None:
    """Raises ExpressionError if the tree contains a node that is not allowed."""
    for node in _all_nodes(tree):
        _refuse(node)
    _refuse_texts(tree)


def _all_nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _all_nodes(child)


def _refuse(node: nodes.Node) -> None:
    if not isinstance(node, ALLOWED):
        raise ExpressionError(f"{_REFUSED.get(type(node), type(node).__name__.lower())} is not allowed")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise ExpressionError(f'there is no filter "{node.name}"; the filters are {", ".join(FILTERS)}')
    if isinstance(node, nodes.Name | nodes.Getattr) and _attribute(node).startswith("_"):
        raise ExpressionError("names cannot start with an underscore")
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
        raise ExpressionError("a number is too large")
    if isinstance(node, CALCULATED) and not all(map(_is_number, node.iter_child_nodes())):
        raise ExpressionError(
            "only numbers can be used in calculations; put the filter last, after the parentheses"
        )


def _refuse_texts(tree: nodes.Node) -> None:
    """Raises ExpressionError for any string except the reason in a `literal`, because it would be published
    unescaped."""
    filters = (node for node in _all_nodes(tree) if isinstance(node, nodes.Filter) and node.name == "literal")
    reasons = {id(argument) for filter in filters for argument in filter.args}
    for node in _all_nodes(tree):
        if isinstance(node, nodes.Const) and isinstance(node.value, str) and id(node) not in reasons:
            raise ExpressionError("text in quotes is allowed only as the reason in a literal")


def _is_number(node: nodes.Node) -> bool:
    """Whether a node's value is a number: multiplying a string or a tuple by a large number would exhaust memory."""
    if isinstance(node, nodes.Const):
        return isinstance(node.value, int | float)
    if isinstance(node, nodes.Getattr):
        return node.attr != "values"
    return isinstance(node, (nodes.Name, *CALCULATED))


def _attribute(node: nodes.Name | nodes.Getattr) -> str:
    return node.name if isinstance(node, nodes.Name) else node.attr
