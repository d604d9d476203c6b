"""Writes values as an author would write them in YAML: long text without folding, and quotes only where needed."""

from __future__ import annotations

import re
from typing import Any

import yaml

from executable_glossary.model.text import Text

# Each sentence of an entry is on one line, because folding would make every diff longer.
_NO_FOLDS = 1_000_000


def yaml_text(value: Any) -> str:
    """A mapping, a list, or a single value, as lines of a YAML file."""
    written = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_NO_FOLDS, default_flow_style=False
    )
    return written.removesuffix("...\n")


def yaml_value(value: str) -> str:
    """Text for use within a line, even inside braces. It is quoted if YAML would otherwise misread it."""
    written = yaml.dump([value], Dumper=_Dumper, allow_unicode=True, width=_NO_FOLDS, default_flow_style=True)
    return str(written).strip()[1:-1]


# YAML treats these characters as line breaks and replaces them with a different line break unless they are escaped.
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key, as in all our entries."""
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if _ODD_BREAKS.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style=style)


def _nothing(dumper: yaml.SafeDumper, value: None) -> yaml.ScalarNode:
    """A key without a value, for the author to fill in."""
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


_Dumper.add_representer(type(None), _nothing)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(Text, _text)
