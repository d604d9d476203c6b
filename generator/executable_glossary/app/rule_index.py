"""Collects the rules that modules declare, for `glossary explain`, the manual, and the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import executable_glossary
from executable_glossary.model.rule import ProseRule, Rule

# The command line and the plugin are left out because they declare no rules, and the sandbox because it runs
# as a separate program.
_LAYERS = ("model", "adapters", "text", "drawing", "execution", "stages", "app")
_OTHER_PROGRAMS = ("executable_glossary.execution.sandbox",)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule, keyed by code, in alphabetical order. Modules that share a rule refer to the same object."""
    declared: dict[str, Rule] = {}
    for module in _modules():
        for rule in vars(module).values():
            if isinstance(rule, Rule) and declared.setdefault(rule.code, rule) is not rule:
                raise ValueError(f'"{rule.code}" is declared twice; the second time in {module.__name__}')
    return dict(sorted(declared.items()))


def prose_rules() -> Mapping[str, ProseRule]:
    """The rules that an author can silence, keyed by code."""
    return {code: rule for code, rule in rules().items() if isinstance(rule, ProseRule)}


def _modules() -> Iterator[ModuleType]:
    for layer in _LAYERS:
        package = import_module(f"{executable_glossary.__name__}.{layer}")
        yield package
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_OTHER_PROGRAMS):
                yield from _imported(module.name)


def _imported(name: str) -> Iterator[ModuleType]:
    """The module, unless it needs a package from an extra that is not installed; such modules declare no rules."""
    try:
        yield import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == executable_glossary.__name__:
            raise
