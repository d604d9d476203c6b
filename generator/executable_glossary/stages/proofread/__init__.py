"""Reads all prose as a copy editor would, using the rules in `rules/`.

These rules are about style, whereas `check` finds definite mistakes. They only produce warnings, which an author can
silence with a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import ProseRule
from executable_glossary.model.rule_settings import Accepted
from executable_glossary.stages.proofread import rules, suppressions
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark


class RuleModule(Protocol):
    """The contents of each module in `rules/`."""

    __name__: str
    RULE: ProseRule

    def remarks(self, manuscript: Manuscript, /) -> Iterator[Remark]: ...


def rule_modules() -> Mapping[str, RuleModule]:
    """The module of every prose rule, keyed by code. The files in `rules/` are the only list of these rules."""
    names = sorted(module.name for module in iter_modules(rules.__path__))
    modules = (cast(RuleModule, import_module(f"{rules.__name__}.{name}")) for name in names)
    return {module.RULE.code: module for module in modules}


def proofread(
    glossary: Glossary, plan: Plan | None, today: date | None, among: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """All problems that prose rules report. A rule that needs a plan or a date is skipped if there is none.

    among: the ids of the entries to read. If it is None, all entries and the findings are read.
    """
    manuscript = Manuscript(glossary, plan, today, among)
    modules, off = rule_modules(), {str(each.rule) for each in glossary.rules.off}
    remarks = {module.RULE: module.remarks(manuscript) for code, module in modules.items() if code not in off}
    used: list[Accepted] = []
    open_problems = tuple(suppressions.unsilenced(remarks, used))
    applied = {code for code, module in modules.items() if manuscript.has(module.RULE.needs)}
    misused = suppressions.misused(glossary, modules.keys(), applied, used)
    problems = (*open_problems, *misused, *suppressions.needless(manuscript))
    # In an entry that was not read, every exception would appear to be unused.
    read = {entry.term.place.path for entry in manuscript.entries}
    return problems if among is None else tuple(each for each in problems if each.place.path in read)
