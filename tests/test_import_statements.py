"""The import statements of an example are found without running it."""

from __future__ import annotations

import pytest

from executable_glossary.execution.import_statements import ImportStatement, imports_in


def modules(code: str) -> list[str]:
    return [statement.module for statement in imports_in(code)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import a, b.c as d", ["a", "b.c"]),
        ("from a.b import c, d as e", ["a.b"]),
        ("from . import a\nfrom .b import c\nfrom ..d import e", []),
        ("x = 1\n# import a\ns = 'import b'", []),
        ("if x:\n    import a\nelse:\n    import b", ["a", "b"]),
        ("try:\n    import a\nexcept ImportError:\n    import b\nfinally:\n    import c", ["a", "b", "c"]),
        ("with x:\n    import a\nfor y in x:\n    import b", ["a", "b"]),
        ("match x:\n    case 1:\n        import a", ["a"]),
        ("class A:\n    import a", ["a"]),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nelse:\n    import b",
            ["typing", "b"],
        ),
        ("import typing\nif typing.TYPE_CHECKING:\n    import a", ["typing"]),
        ("import (", []),
        ("", []),
        ("\0", []),
        ("(" * 5000, []),
    ],
)
def test_every_absolute_import_is_found(code: str, found: list[str]) -> None:
    assert modules(code) == found


def test_an_import_has_its_names_and_its_place() -> None:
    code = "x = 1; import a.b\nasync def f():\n    from c import d as e, g\n"
    assert imports_in(code) == (
        ImportStatement("a.b", (), 1, 8),
        ImportStatement("c", ("d", "g"), 3, 5, nested=True),
    )
    assert imports_in(code)[0].top == "a"
