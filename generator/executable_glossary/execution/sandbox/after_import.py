"""Patches a library module when the script imports it, or immediately if it is already loaded."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType


def after_import(name: str, change: Callable[[ModuleType], None]) -> None:
    """Call `change` with the module. Does not import it."""
    if module := sys.modules.get(name):
        change(module)
    else:
        sys.meta_path.insert(0, _Finder(name, change))


class _Finder:
    """Stands first on `sys.meta_path` until the module is imported."""

    def __init__(self, name: str, change: Callable[[ModuleType], None]) -> None:
        self._name, self._change = name, change

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The module's specification, with a loader that changes the module after executing it."""
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                self._change(module)

            vars(spec.loader)["exec_module"] = exec_module
        return spec
