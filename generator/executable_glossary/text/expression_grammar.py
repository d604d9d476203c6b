"""What an expression may be made of: its nodes are compared with a list before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from jinja2 import nodes

from executable_glossary.model.number_format import FILTERS

ALLOWED = (
    *(nodes.Name, nodes.Getattr, nodes.Const, nodes.Filter, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg),
)
# What authors would call that which is not on the list.
_REFUSED: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call, name(...),",
    nodes.Getitem: "a part in brackets, name[...],",
    nodes.Pow: "a power, **,",
    nodes.CondExpr: "a choice, if ... else,",
    nodes.Concat: "joining with ~",
    nodes.Test: "a test with is",
}
CALCULATED = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg)


class ExpressionError(ValueError):
    """The expression is not allowed, or has no value; the message says why."""


def refuse(tree: nodes.Node) -> None:
    """Raises ExpressionError, in an author's words, where something in the tree is not allowed."""
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
        raise ExpressionError(f'there is no filter "{node.name}"; there are {", ".join(FILTERS)}')
    if isinstance(node, nodes.Name | nodes.Getattr) and _attribute(node).startswith("_"):
        raise ExpressionError("names do not start with an underscore")
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
        raise ExpressionError("a number is too large")
    if isinstance(node, CALCULATED) and not all(map(_is_number, node.iter_child_nodes())):
        raise ExpressionError("only numbers can be calculated with; put the filter last, outside")


def _refuse_texts(tree: nodes.Node) -> None:
    """A text would be published as it is, HTML and all; only the reason for a typed number is one."""
    filters = (node for node in _all_nodes(tree) if isinstance(node, nodes.Filter) and node.name == "literal")
    reasons = {id(argument) for filter in filters for argument in filter.args}
    for node in _all_nodes(tree):
        if isinstance(node, nodes.Const) and isinstance(node.value, str) and id(node) not in reasons:
            raise ExpressionError("text in quotes is allowed only as the reason of a literal")


def _is_number(node: nodes.Node) -> bool:
    """A text or a tuple times a large number would fill the memory."""
    if isinstance(node, nodes.Const):
        return isinstance(node.value, int | float)
    if isinstance(node, nodes.Getattr):
        return node.attr != "values"
    return isinstance(node, (nodes.Name, *CALCULATED))


def _attribute(node: nodes.Name | nodes.Getattr) -> str:
    return node.name if isinstance(node, nodes.Name) else node.attr
