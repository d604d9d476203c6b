"""The names that the documentation of another project defines, with their addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
        """What a role without its domain refers to; None if it is not in this inventory."""
        kinds = _KINDS.get(role, ("py:",))
        found = self.names.get(name, ()) or self.names.get(name.lower(), ())
        return next((each for each in found if each.kind.startswith(kinds)), None)
