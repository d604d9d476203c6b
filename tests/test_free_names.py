"""The names that code uses but does not define are found without running it."""

from __future__ import annotations

import pytest

from executable_glossary.execution.free_names import free_names


@pytest.mark.parametrize(
    ("code", "free"),
    [
        ("print(a + b)", ["a", "b"]),
        ("import a.b\nfrom c import d as e\nprint(a.b, e, d)", ["d"]),
        ("def f(x):\n    return x + y + z\nz = 1", ["y"]),
        ("def f():\n    return later\nlater = 2", []),
        ("class A:\n    n = 1\n    def f(self):\n        return self.n + n", ["n"]),
        ("[x for x in rows if x > low]", ["low", "rows"]),
        ("with open(path) as file:\n    pass\nprint(file)", ["path"]),
        ("def f():\n    global made\n    made = 1\nf()\nprint(made)", []),
        ("total += 1", []),
        ("print(__name__, __file__)\ntry:\n    pass\nexcept OSError as error:\n    print(error)", []),
        ("", []),
    ],
)
def test_free_names(code: str, free: list[str]) -> None:
    assert free_names(code) == free
