"""Parses the texts of a script with docutils. They may come from an untrusted source: no file is read or included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docutils import core, frontend, nodes
from docutils.parsers.rst import Parser
from docutils.transforms import writer_aux
from docutils.writers import html5_polyglot

from executable_glossary.adapters.rest.directives import register_directives
from executable_glossary.adapters.rest.formulas import equation_numbers
from executable_glossary.adapters.rest.parts import Begin, joined, register_mark
from executable_glossary.adapters.rest.roles import inliner
from executable_glossary.adapters.rest.surroundings import ID_PREFIX, Surroundings
from executable_glossary.adapters.untrusted_rest import UNTRUSTED

_SETTINGS = {
    **UNTRUSTED,
    "report_level": 5,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "syntax_highlight": "none",
    "id_prefix": ID_PREFIX,
    "auto_id_prefix": "auto-",
    "line_length_limit": 100_000,
}
# Characters that mark places in the HTML; see `html`.
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def read_document(texts: Sequence[str], around: Surroundings) -> Any:
    """The document of all texts, with the settings of docutils' HTML writer."""
    text = _PRIVATE.sub("", joined(texts))
    register_directives(text, around)
    register_mark()
    document = core.publish_doctree(
        text, parser=Parser(inliner=inliner(around, equation_numbers(text))), settings_overrides=_SETTINGS
    )
    settings = frontend.get_default_settings(html5_polyglot.Writer)
    for name, value in {**_SETTINGS, "stylesheet_path": "", "embed_stylesheet": False}.items():
        setattr(settings, name, value)
    document.settings = settings
    _remove_metadata(document)
    writer_aux.Admonitions(document).apply()
    return document


def _remove_metadata(document: Any) -> None:
    """Remove a list of fields at the very beginning, such as `:orphan:`: it is about the page and not a part of it."""
    seen = (node for node in document.children if not isinstance(node, Begin | nodes.PreBibliographic))
    if isinstance(first := next(seen, None), nodes.field_list):
        document.remove(first)
