"""The list of problems is read from the program, and agrees with what the cases show."""

from __future__ import annotations

import re

from case_file import read_cases

from generator.model.manual import Code
from generator.stages.proofread import RULES
from generator.tools.codes import codes

SHOWN = {
    code: severity
    for case in read_cases()
    for severity, code in re.findall(r"(error|warning)\[([a-z0-9-]+)\]", case.expected.get("problems", ""))
    if code not in RULES
}


def code(name: str) -> Code:
    return next(code for code in codes() if code.name == name)


def fits(listed: Code, shown: str) -> bool:
    return re.fullmatch(re.escape(listed.name).replace(r"\*", "[a-z0-9-]+"), shown) is not None


def test_each_name_stands_once_and_in_order() -> None:
    names = [code.name for code in codes()]
    assert names == sorted(set(names))
    assert len(names) > 70
    assert not set(names) & set(RULES)


def test_what_the_cases_show_is_in_the_list() -> None:
    assert SHOWN
    assert [shown for shown in sorted(SHOWN) if not any(fits(listed, shown) for listed in codes())] == []


def test_a_warning_is_told_from_an_error() -> None:
    assert code("claim-seeds").severity == "warning"
    assert code("typed-number").severity == "error"


def test_where_it_is_found_follows_from_where_it_is_written() -> None:
    assert code("example-syntax").found == "an example is read"
    assert code("claim-refuted").found == "numbers and claims are compared with runs"
    assert code("typed-number").found == "the content is checked"
    assert code("bad-setting").found == "mkdocs.yml is read"
