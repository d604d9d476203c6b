"""Collects every rule from the modules that declare them: the list that `explain`, the manual, and tests use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import cast

import executable_glossary
from executable_glossary.adapters.codes import codes
from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.model.problem import Severity
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.rule import ProseRule, Rule, When
from executable_glossary.model.rules import WordList

# The command line and the plugin report problems of the layers below. The sandbox is another program's code.
_LAYERS = ("model", "adapters", "text", "drawing", "execution", "stages", "app")
_OTHER_PROGRAMS = ("executable_glossary.execution.sandbox",)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its code, in alphabetical order. A rule that modules share is one object in all of them."""
    declared: dict[str, Rule] = {}
    for module in _modules():
        for rule in vars(module).values():
            if isinstance(rule, Rule) and declared.setdefault(rule.code, rule) is not rule:
                raise ValueError(f'"{rule.code}" is declared twice; the second time in {module.__name__}')
    # Until every code is declared: those that only a scan of the source finds.
    declared |= {rule.code: rule for rule in _undeclared() if rule.code not in declared}
    return dict(sorted(declared.items()))


def _undeclared() -> Iterator[Rule]:
    source, _ = read_yaml("errors.yml", (PACKAGED / "rules/errors.yml").read_bytes())
    texts = validated(WordList, source)[0] if source is not None else None
    sentences = {str(code): str(text) for code, text in texts.words.items()} if texts is not None else {}
    for code in codes():
        summary = next((text for name, text in sentences.items() if fnmatch(code.name, name)), "")
        summary = sentences.get(code.name, summary)
        severity: Severity = "warning" if code.severity == "warning" else "error"
        when = cast(When, code.found)
        yield Rule(
            code=code.name, when=when, summary=summary, why="", example="", instead="", severity=severity
        )


def prose_rules() -> Mapping[str, ProseRule]:
    """The rules that an author may silence."""
    return {code: rule for code, rule in rules().items() if isinstance(rule, ProseRule)}


def _modules() -> Iterator[ModuleType]:
    for layer in _LAYERS:
        package = import_module(f"{executable_glossary.__name__}.{layer}")
        yield package
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_OTHER_PROGRAMS):
                yield import_module(module.name)
