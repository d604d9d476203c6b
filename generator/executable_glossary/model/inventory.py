"""The names that the documentation of another project defines, with their addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

# The kinds of objects that a role can refer to, keyed by the role; any other role refers to an object of Python.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "ref": ("std:label",),
    "numref": ("std:label",),
    "doc": ("std:doc",),
    "term": ("std:term",),
    "envvar": ("std:envvar",),
    "option": ("std:cmdoption",),
    "any": ("std:", "py:"),
}
# The kinds of objects of Python that a role means, keyed by the role, where several objects have the same last names.
_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "func": ("py:function",),
    "class": ("py:class", "py:exception"),
    "exc": ("py:exception", "py:class"),
    "meth": ("py:method", "py:classmethod", "py:staticmethod"),
    "attr": ("py:attribute", "py:property", "py:data"),
    "data": ("py:data", "py:attribute"),
    "mod": ("py:module",),
}


class Defined(NamedTuple):
    """A defined name: its kind, such as `py:function`, its URL, and the text of a link to it."""

    kind: str
    url: str
    title: str


@dataclass(frozen=True)
class Inventory:
    """The contents of a file `objects.inv`. names: keyed by name, in lowercase for labels and terms. project: the name
    of the project, as the file gives it. address: the URL of the documentation."""

    names: Mapping[str, tuple[Defined, ...]] = field(default_factory=dict)
    project: str = ""
    address: str = ""

    def is_called(self, name: str) -> bool:
        """Whether a reference that names an inventory means this one. Sphinx's settings choose the name, which is usually
        that of the project or a part of its address."""
        wanted = name.lower()
        return wanted == self.project.lower() or wanted in re.split(r"[/.]", self.address.lower())

    def find(self, role: str, name: str) -> Defined | None:
        """What a role without its domain refers to; None if it is not in this inventory.

        A name that begins with a dot is the end of the whole name, if there is only one such object.
        """
        if name.startswith("."):
            return self.find(role, name[1:]) or self._ending(role, name)
        kinds = _KINDS.get(role, ("py:",))
        found = self.names.get(name, ()) or self.names.get(name.lower(), ())
        return next((each for each in found if each.kind.startswith(kinds)), None)

    def _ending(self, role: str, end: str) -> Defined | None:
        kinds = _OBJECTS.get(role, ("py:",))
        found = [
            each
            for name in self._by_last_name.get(end.rpartition(".")[2], ())
            if name.endswith(end)
            for each in self.names[name]
            if each.kind.startswith(kinds)
        ]
        return found[0] if len({each.url for each in found}) == 1 else None

    @cached_property
    def _by_last_name(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the objects of Python, keyed by what follows the last dot."""
        found: dict[str, list[str]] = {}
        for name, defined in self.names.items():
            if any(each.kind.startswith("py:") for each in defined):
                found.setdefault(name.rpartition(".")[2], []).append(name)
        return {last: tuple(names) for last, names in found.items()}
