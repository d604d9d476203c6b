"""Reads the inventories of other projects' documentation that mkdocs.yml lists."""

from __future__ import annotations

from functools import lru_cache

from executable_glossary.adapters.files import refused
from executable_glossary.adapters.mkdocs_config import BAD_SETTING
from executable_glossary.adapters.mkdocs_config import NAME as MKDOCS
from executable_glossary.adapters.sphinx_inventory import read_inventory
from executable_glossary.model.inventory import Inventory
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project


def load_inventories(project: Project) -> tuple[tuple[Inventory, ...], tuple[Problem, ...]]:
    """The inventories that can be read, and a problem for each of the others."""
    inventories, problems = [], []
    for address, name in project.settings.inventories.items():
        path, reason = project.root / name, ""
        if not address.startswith(("http://", "https://")):
            reason = f'the address "{address}" is not a web URL'
        elif not path.is_file():
            reason = f'the file "{name}" does not exist'
        elif wrong := refused(path, project.root, name):
            problems.append(wrong)
            continue
        else:
            try:
                inventories.append(_inventory(path.read_bytes(), address))
                continue
            except ValueError as error:
                reason = f'the file "{name}" cannot be used: {error}'
        help = (
            "download objects.inv from that site, and write inventories: {https://site/: path/to/objects.inv}"
        )
        problems.append(BAD_SETTING.at(Place(MKDOCS), f"inventories: {reason}", help))
    return tuple(inventories), tuple(problems)


@lru_cache(maxsize=32)
def _inventory(content: bytes, address: str) -> Inventory:
    return read_inventory(content, address)
