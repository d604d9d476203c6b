"""A glossary in Markdown: MyST directives, definition lists, abbreviations, bold terms, headings, and files of terms."""

from __future__ import annotations

import pytest

from executable_glossary.adapters.markdown_glossary import read_markdown
from executable_glossary.adapters.term_files import read_term_files
from executable_glossary.model.foreign_glossary import UnreadableGlossary

KINDS = {
    "myst": """\
Intro.

```{glossary}
:sorted:

Vertex
Node point
    A point of {term}`edges <Edge>`.

    Second.

Edge
: A line, see {ref}`other`.
```
""",
    "definition list": """\
Intro.

Vertex
Node point

: A point of [edges](#edge).

    Second.

**Edge**
: A line.
: Between points.

Outro.
""",
    "abbreviations": "Intro.\n\n*[API]: An interface.\n  *[URL]: An address.\n",
    "bold": "Intro.\n\n- **Vertex**: A point\n  of edges.\n- **Edge** – A line.\n\n**Loop:** An edge.\n\n**API** (An interface)\nA door.\n",
    "headings": "# Words\n\nIntro.\n\n## E\n\n### [Edge](x.md)\nA line, [see][1].\n\n#### More\nText.\n\n### Loop\nAn edge.\n\n[1]: https://a.org\n",
}
TERMS = {
    "myst": [
        (("Vertex", "Node point"), "A point of [[Edge|edges]].\n\nSecond.", 6),
        (("Edge",), "A line, see other.", 12),
    ],
    "definition list": [
        (("Vertex", "Node point"), "A point of [edges](#edge).\n\nSecond.", 3),
        (("Edge",), "A line.\nBetween points.", 10),
    ],
    "abbreviations": [(("API",), "An interface.", 3), (("URL",), "An address.", 4)],
    "bold": [
        (("Vertex",), "A point\nof edges.", 3),
        (("Edge",), "A line.", 5),
        (("Loop",), "An edge.", 7),
        (("API",), "(An interface)\nA door.", 9),
    ],
    "headings": [
        (("Edge",), "A line, [see](https://a.org).\n\n#### More\nText.", 7),
        (("Loop",), "An edge.", 13),
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_glossary_is_read(kind: str) -> None:
    found = read_markdown("a.md", KINDS[kind], {})
    assert [(term.names, term.text, term.place.line) for term in found.terms] == TERMS[kind]
    outside = [loss.detail for loss in found.losses if loss.kind == "text outside the glossary skipped"]
    assert "Intro." in outside
    assert not {"A line.", "Edge", "Text."} & {*outside}


@pytest.mark.parametrize(
    "content",
    [
        "[Vertex](https://example.org)\n: A point.\n",
        "- **[Vertex](https://example.org)**: A point.\n- **Edge**: A line.\n",
        "## [Vertex](https://example.org)\nA point.\n",
    ],
    ids=["definition list", "bold", "heading"],
)
def test_a_link_in_a_name_is_reported(content: str) -> None:
    read = read_markdown("a.md", content, {})
    assert read.terms[0].names == ("Vertex",)
    assert [(loss.kind, loss.place.line, loss.detail) for loss in read.losses] == [
        ("links replaced with their text", 1, "[Vertex](https://example.org)")
    ]


def test_code_contains_no_terms() -> None:
    with pytest.raises(UnreadableGlossary, match="has no terms"):
        read_markdown("a.md", "Text.\n\n```\nterm\n: definition\n\n*[API]: An interface.\n```\n", {})


FILES = {
    "_index.md": "---\ntitle: Terms\n---\n",
    "mesh.md": """\
---
title: Service mesh
aka: [mesh]
status: done
---
<!-- comment -->
It joins [services](/service/), {{< glossary_tooltip text="pods" term_id="pod" >}}, and {{< other >}}.
""",
    "pod.md": "# Pod\n\nA group.\n",
    "service.md": "---\nid: service\nname: Service\nshort_description: >\n  Short.\n---\nLong.\n",
    "empty.md": "No title.\n",
}


def test_each_file_of_a_folder_is_a_term() -> None:
    found = read_term_files(FILES, {}, "en", "terms")
    assert [(term.names, term.text, term.address) for term in found.terms] == [
        (("Service mesh", "mesh"), "It joins [services](/service/), [[pod|pods]], and .", "mesh"),
        (("Pod",), "A group.", "pod"),
        (("Service",), "Short.\n\nLong.", "service"),
    ]
    assert {(loss.kind, loss.place.path) for loss in found.losses} == {
        ("pages about the glossary skipped", "_index.md"),
        ("comments skipped", "mesh.md"),
        ("shortcodes skipped", "mesh.md"),
        ('front matter "status" skipped', "mesh.md"),
        ('front matter "id" skipped', "service.md"),
        ("files without a title skipped", "empty.md"),
    }


def test_keys_of_front_matter_can_be_chosen() -> None:
    files = {"a.md": "---\nkey: Term\nsays: A text.\n---\n"}
    (term,) = read_term_files(files, {"key": "term", "says": "definition"}, "en", "terms").terms
    assert (term.names, term.text) == (("Term",), "A text.")


def test_only_files_in_the_language_are_read() -> None:
    files = {"pod.md": "# Pod\n\nA group.\n", "pod.de.md": "# Kapsel\n\nEine Gruppe.\n"}
    assert [term.names for term in read_term_files(files, {}, "de", "terms").terms] == [("Kapsel",)]
    assert [term.names for term in read_term_files(files, {}, "fr", "terms").terms] == [("Pod",)]
