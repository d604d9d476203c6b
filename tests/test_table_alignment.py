"""Aligned cells of Markdown tables, in HTML that browsers and the site's policy accept."""

from __future__ import annotations

from markdown import markdown

from executable_glossary.mkdocs_plugin.table_alignment import with_allowed_alignment

TABLE = """
| a | b | c | d |
|---|:--|--:|:-:|
| 1 { .x } | 2 { .x } | 3 | `<td align="right">` |
"""


def test_cells_keep_their_alignment_and_their_own_attributes() -> None:
    extensions = ["tables", "attr_list"]
    written = markdown(
        TABLE, extensions=extensions, extension_configs={"tables": {"use_align_attribute": True}}
    )
    allowed = with_allowed_alignment(written)
    assert written.count(" align=") == 7
    assert allowed.count(" data-align=") == 6
    assert (
        '<td class="x" data-align="left">2</td>' in allowed
        or '<td data-align="left" class="x">2</td>' in allowed
    )
    assert '<td data-align="center"><code>&lt;td align="right"&gt;</code></td>' in allowed
