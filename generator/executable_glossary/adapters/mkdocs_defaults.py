"""Completes a mkdocs.yml with what every glossary's site needs, so that a project's own says only what is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from executable_glossary.model.project import PACKAGED

DEFAULTS = "defaults.yml"
LISTS = ("extra_css", "extra_javascript", "markdown_extensions")


def completed(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a project says, and our defaults where it says nothing. Lists keep both; tables go key by key."""
    defaults = yaml.safe_load((PACKAGED / DEFAULTS).read_text("utf-8"))
    return {**defaults, **said, **{key: _joined(key, default, said) for key, default in defaults.items()}}


def read_mkdocs(text: str) -> dict[str, Any]:
    """A mkdocs.yml with its tags kept as they are written, `!ENV` too: nothing is looked up, nothing runs."""
    read = yaml.load(text, Loader=_Keeping)
    return dict(read) if isinstance(read, Mapping) else {}


def written_mkdocs(document: Mapping[str, Any]) -> str:
    """The other way round."""
    return yaml.dump(dict(document), Dumper=_Writing, sort_keys=False, allow_unicode=True)


class _Keeping(yaml.SafeLoader):
    """Makes no value of what has a tag."""


class _Writing(yaml.SafeDumper):
    """Writes such a value as it was."""


_Keeping.add_multi_constructor("!", lambda loader, suffix, node: node)
_Keeping.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: node)
_Writing.add_multi_representer(yaml.Node, lambda dumper, node: node)


def _joined(key: str, default: Any, said: Mapping[str, Any]) -> Any:
    own = said.get(key)
    if key in LISTS:
        listed = _listed(own)
        named = {_name(one) for one in listed}
        return [*(one for one in default if _name(one) not in named), *listed]
    if isinstance(default, Mapping):
        # MkDocs takes a theme by its name alone, too.
        return {**default, **({"name": own} if isinstance(own, str) else own or {})}
    return default if own is None else own


def _listed(own: Any) -> list[Any]:
    """Extensions may be written as a list, or as keys with their options."""
    return [{name: options} for name, options in own.items()] if isinstance(own, Mapping) else list(own or ())


def _name(one: Any) -> str:
    """`toc`, of `toc` and of `toc: {permalink: true}`; a script is named by its path."""
    return str(one.get("path", next(iter(one)))) if isinstance(one, Mapping) else str(one)
