"""Completes a mkdocs.yml with what every glossary's site needs, so that a project's own says only what is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from executable_glossary.model.project import PACKAGED
from executable_glossary.model.words import Words

DEFAULTS = "defaults.yml"
LISTS = ("extra_css", "extra_javascript", "markdown_extensions")


def completed(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a project says, and our defaults where it says nothing. Lists keep both; tables go key by key."""
    defaults = yaml.safe_load((PACKAGED / DEFAULTS).read_text("utf-8"))
    return {**defaults, **said, **{key: _joined(key, default, said) for key, default in defaults.items()}}


def worded(document: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """A completed mkdocs.yml in the site's language: labels of ours, and the words of the theme and its scripts."""
    own = {part: words.below(part) for part in ("theme", "scripts")}
    theme = document["theme"]
    return {
        **document,
        "nav": _labeled(document["nav"], words),
        "theme": {**theme, "palette": _labeled(theme.get("palette"), words)},
        "extra": {**document["extra"], "words": own},
    }


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


def _labeled(value: Any, words: Words) -> Any:
    """The same with each label that is a key of the catalog said in words."""
    if isinstance(value, list):
        return [_labeled(one, words) for one in value]
    if isinstance(value, Mapping):
        return {_labeled(key, words): _labeled(one, words) for key, one in value.items()}
    known = isinstance(value, str) and isinstance(words.texts.get(value), str)
    return words(value) if known else value


def _listed(own: Any) -> list[Any]:
    """Extensions may be written as a list, or as keys with their options."""
    return [{name: options} for name, options in own.items()] if isinstance(own, Mapping) else list(own or ())


def _name(one: Any) -> str:
    """`toc`, of `toc` and of `toc: {permalink: true}`; a script is named by its path."""
    return str(one.get("path", next(iter(one)))) if isinstance(one, Mapping) else str(one)
