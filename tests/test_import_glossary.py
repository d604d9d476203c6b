"""A glossary from another tool is converted to entries that pass the checks and can be built. Lost information is
listed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from case_outcome import built_in
from executable_glossary.app.import_glossary import (
    Imported,
    Reading,
    import_glossary,
    losses_as_text,
    read_foreign,
    write_new,
)
from executable_glossary.app.pipeline import prepare
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.foreign_glossary import ForeignGlossary, UnreadableGlossary
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project
from executable_glossary.stages.load import load
from glossaries import glossary, lay_out, tree
from patience import PATIENCE

# The extra `import`, which `make test` installs, includes these packages.
pytest.importorskip("docutils")
pytest.importorskip("rdflib")

NESTED = ".. glossary::\n\n   A\n" + "".join(f"   {'  ' * depth}- x\n\n" for depth in range(400))
SPHINX = Path(__file__).parent / "imported" / "sphinx"


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """A glossary without entries, with the readers and formats of the base glossary."""
    gone = ("concepts/dropout.yml", "concepts/overfitting.yml", "examples")
    return Project(root=lay_out(tmp_path / "empty", dict.fromkeys(gone)))


def imported(project: Project, file: Path, language: str = "en") -> Imported:
    glossary, _ = load(project)
    assert glossary is not None
    return import_glossary(project, glossary, file, Reading(language))


def saved(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def entries(found: Imported) -> Mapping[str, dict[str, object]]:
    return {path.stem: yaml.safe_load(text) for path, text in found.files.items()}


# Sphinx's own glossary


def test_every_sphinx_term_becomes_an_entry(empty: Project) -> None:
    found = imported(empty, SPHINX / "glossary.rst")
    written = re.findall(
        r"^   (?! )(?!\.\.)(\S.*)$", (SPHINX / "glossary.rst").read_text("utf-8"), re.MULTILINE
    )
    files_made = entries(found)
    names = [entry["term"] for entry in files_made.values()] + ["root document"]
    assert sorted(map(str, names)) == sorted(written)
    assert files_made["master-document"]["aliases"] == [{"text": "root document", "type": "synonym"}]
    assert files_made["directive"]["see_also"][0]["concept"] == "restructuredtext"  # type: ignore[index]
    assert "[[source-directory|source directory]]" in str(files_made["configuration-directory"]["blocks"])


def test_the_losses_in_sphinx_s_glossary_are_exactly_known(
    empty: Project, request: pytest.FixtureRequest
) -> None:
    lost = losses_as_text(imported(empty, SPHINX / "glossary.rst").losses) + "\n"
    if request.config.getoption("--update-cases"):
        (SPHINX / "lost.txt").write_text(lost, "utf-8")
    assert lost == (SPHINX / "lost.txt").read_text("utf-8")


def test_without_further_work_it_can_be_checked_and_built(empty: Project) -> None:
    write_new(imported(empty, SPHINX / "glossary.rst").files)
    problems = prepare(empty).problems
    assert {problem.code for problem in problems} == {"draft", "long-sentence", "own-term"}
    assert [problem.place.path for problem in problems if problem.code == "draft"] == [
        "concepts/document-name.yml"
    ]
    built = built_in(empty.root, SubprocessRunner(), runs="frozen")
    assert errors(built.problems) == ()
    pages = {document.path: str(document.content) for document in built.documents}
    assert len([path for path in pages if path.count("/") == 1 and path.endswith("index.md")]) >= 13
    assert "A reStructuredText markup element that allows marking a piece of text." in pages["role/index.md"]
    assert "```rst\n.. directive-name:: argument ..." in pages["directive/index.md"]
    assert "This is a draft." in pages["document-name/index.md"]
    assert (
        "- [document name](../document-name/index.md){ #term-document-name }\n" in pages["glossary/index.md"]
    )


def test_its_license_and_origin_are_stored_with_it() -> None:
    assert "Redistribution and use in source and binary forms" in (SPHINX / "LICENSE.rst").read_text("utf-8")
    assert "Sphinx 9.0.4" in (SPHINX / "ORIGIN.md").read_text("utf-8")


# Existing entries


def test_nothing_is_overwritten_and_a_second_import_does_nothing(empty: Project) -> None:
    (empty.concepts / "builder.yml").write_text("term: [\n", "utf-8")
    (empty.concepts / "role.yml").write_text(
        "term: Markup role\naliases: [{text: Role, type: spelling}]\nmeaning: A mark.\n"
        "see_also: [{concept: directive, relation: contrasts, why: It marks a block.}]\nblocks: {definition: A mark.}\n",
        "utf-8",
    )
    before = tree(empty.root)
    found = imported(empty, SPHINX / "glossary.rst")
    lost = losses_as_text(found.losses)
    assert "builder: /builder/ is already in use" in lost
    assert "role is a name of role" in lost
    assert len(found.files) == 11
    assert tree(empty.root) == before
    write_new(found.files)
    assert {name: content for name, content in tree(empty.root).items() if name in before} == before
    again = imported(empty, SPHINX / "glossary.rst")
    assert again.files == {}
    assert losses_as_text(again.losses).count("\n    glossary.rst") >= 13


def test_an_imported_term_may_refer_to_an_existing_entry(tmp_path: Path) -> None:
    project = Project(root=lay_out(tmp_path / "base", {}))
    file = saved(
        tmp_path, "t.csv", "term,definition\nWeight decay,A penalty that works against overfitting.\n"
    )
    (entry,) = entries(imported(project, file)).values()
    assert [other["concept"] for other in entry["see_also"]] == ["overfitting"]  # type: ignore[attr-defined]


# Rejected files


@pytest.mark.parametrize(
    ("name", "content", "explanation"),
    [
        ("a.rst", "Just text.\n", "has no terms under a `"),
        ("a.csv", "word,number\nx,1\n", "has no column named meaning or"),
        ("a.csv", "colour,definition\nx,y\n", "has no column named term or name"),
        ("a.csv", "", "has no column named term or name"),
        ("a.md", "No table.\n", "has no terms in a table, in a definition list"),
        ("a.ttl", "this is not turtle", "cannot be read as turtle"),
        ("a.ttl", "<urn:a> <urn:b> <urn:c> .\n", "has no SKOS concepts"),
        ("a.docx", "x", "cannot be imported"),
        ("a.csv", f"term,definition\nx,{'y' * 200_000}\n", "a.csv:2: field larger than field limit"),
        ("a.csv", "a," * 30 + "\n", ", a and 11 more; write --columns"),
        ("a.csv", "term,definition\n" + "a,b\n" * 20_001, "more than 20,000 terms; import it in parts"),
        ("a.rst", NESTED, "is nested too deeply"),
        (
            "a.rdf",
            '<!DOCTYPE a [\n<!ENTITY b "c">\n<!ENTITY d "&b;&b;">]>',
            "a.rdf:2: the XML entity d is not allowed",
        ),
        (
            "a.rdf",
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
            "the XML entity b is not allowed",
        ),
        ("a.rdf", f'<!ENTITY b "{"c" * 10_000}">{"&b;" * 1001}', "the XML entity b is not allowed"),
        ("a.rdf", '<!ENTITY b "c">' * 101, "the XML entity b is not allowed"),
    ],
)
def test_an_invalid_file_is_rejected_with_a_message(
    empty: Project, tmp_path: Path, name: str, content: str, explanation: str
) -> None:
    with pytest.raises(UnreadableGlossary, match=explanation):
        imported(empty, saved(tmp_path, name, content))


def test_only_files_of_limited_size_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    for name in ("pipe.csv", "zero.md"):
        with pytest.raises(UnreadableGlossary, match=f"{name} is not a file"):
            read_foreign(tmp_path / name, Reading())
    monkeypatch.setattr("executable_glossary.app.import_glossary.LARGEST", 10)
    for file in (
        saved(tmp_path, "a.csv", "term,definition\n"),
        saved(tmp_path / "b", "b.md", "# B\n\nsome text\n").parent,
    ):
        with pytest.raises(UnreadableGlossary, match="import it in parts"):
            read_foreign(file, Reading())


def test_entities_for_namespaces_are_read(tmp_path: Path) -> None:
    skos = "http://www.w3.org/2004/02/skos/core#"
    text = f'''<!DOCTYPE rdf:RDF [<!ENTITY skos "{skos}">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="&skos;">
<skos:Concept rdf:about="urn:x#a"><skos:prefLabel>A</skos:prefLabel></skos:Concept></rdf:RDF>'''
    (term,) = read_foreign(saved(tmp_path, "a.rdf", text), Reading()).terms
    assert (term.names, term.place.line) == (("A",), 3)


@pytest.mark.parametrize("head", ["a: &x [b]\nc: *x", "a: " + "[" * 60 + "]" * 60, "a: [", "a: !!int x"])
def test_front_matter_that_cannot_be_read_is_reported(tmp_path: Path, head: str) -> None:
    found = read_foreign(saved(tmp_path, "a.md", f"---\n{head}\n---\n# Term\n\nText.\n").parent, Reading())
    assert [term.names for term in found.terms] == [("Term",)]
    (loss,) = found.losses
    assert loss.kind == "front matter that cannot be read skipped"
    assert head in loss.detail


def test_a_name_that_is_too_long_is_reported(empty: Project, tmp_path: Path) -> None:
    file = saved(tmp_path, "a.csv", f"term,definition,alias\n{'x' * 5000},y,\nb,It is so.,{'z' * 5000}\n")
    found = imported(empty, file)
    assert list(entries(found)) == ["b"]
    assert [loss.kind for loss in found.losses].count("names longer than 200 characters skipped") == 2


def test_a_file_in_another_encoding_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("term,definition\nGröße,x\n".encode("latin-1"))
    with pytest.raises(UnreadableGlossary, match="is not UTF-8 text; name its encoding"):
        read_foreign(tmp_path / "a.csv", Reading())
    (term,) = read_foreign(tmp_path / "a.csv", Reading(encoding="latin-1")).terms
    assert term.names == ("Größe",)
    with pytest.raises(UnreadableGlossary, match='there is no encoding "latin-99"'):
        read_foreign(tmp_path / "a.csv", Reading(encoding="latin-99"))


def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("term;definition\nGröße;x\n".encode("utf-16"))
    assert [term.names for term in read_foreign(tmp_path / "a.csv", Reading()).terms] == [("Größe",)]


def test_a_folder_and_chosen_columns_can_be_imported(empty: Project, tmp_path: Path) -> None:
    saved(tmp_path / "in", "zins.md", "---\nbegriff: Zins\nwas: Ein Preis.\n---\n")
    result = glossary(
        empty.root, "import", "--map", "was=definition", "--map", "begriff=term", str(tmp_path / "in")
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert (empty.concepts / "zins.yml").exists()


def test_an_unknown_field_is_wrong_usage(empty: Project, tmp_path: Path) -> None:
    file = saved(tmp_path / "in", "a.csv", SAME["a.csv"])
    result = glossary(empty.root, "import", "--columns", "Term=word", str(file))
    assert result.returncode == 2
    assert "one of term, meaning, definition, aliases, see_also" in result.stderr


# The four file formats agree

SAME = {
    "a.rst": ".. glossary::\n\n   Recall\n   sensitivity\n      Share of the positives that were found.\n",
    "a.csv": "Term,Definition,Synonyms\nRecall,Share of the positives that were found.,sensitivity\n",
    "a.tsv": "name\tmeaning\talias\nRecall\tShare of the positives that were found.\tsensitivity\n",
    "a.md": "| **Term** | Definition | Also known as |\n|---|---|---|\n| **Recall** | Share of the positives that were found. | sensitivity |\n".replace("**Term**", "Term"),
    "a.ttl": '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<urn:recall> a skos:Concept ; skos:prefLabel "Recall"@en ;\n  skos:altLabel "sensitivity"@en ; skos:definition "Share of the positives that were found."@en .\n',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">\n<skos:Concept rdf:about="urn:recall"><skos:prefLabel xml:lang="en">Recall</skos:prefLabel><skos:altLabel>sensitivity</skos:altLabel>\n<skos:definition xml:lang="en">Share of the positives that were found.</skos:definition></skos:Concept></rdf:RDF>\n',
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_every_file_format_produces_the_same_entry(empty: Project, tmp_path: Path, name: str) -> None:
    found = imported(empty, saved(tmp_path / "in", name, SAME[name]))
    (entry,) = entries(found).values()
    assert entry == {
        "term": "Recall",
        "aliases": [{"text": "sensitivity", "type": "synonym"}],
        "meaning": "Share of the positives that were found.",
        "see_also": [],
        "blocks": {"definition": "Share of the positives that were found.\n"},
    }
    assert [loss.kind for loss in found.losses] == [
        "terms without a see-also, because no related term was found"
    ]


def test_an_entry_has_its_origin_and_a_schema_line_for_editors(empty: Project, tmp_path: Path) -> None:
    found = imported(empty, saved(tmp_path / "in", "a.rst", SAME["a.rst"]))
    (text,) = found.files.values()
    assert text.startswith(
        "# yaml-language-server: $schema=_entry.schema.json\n# Imported from a.rst:3\nterm: "
    )


# Our own export can be imported


def test_our_own_skos_export_can_be_imported(tmp_path: Path) -> None:
    site = b"site_name: Small\nsite_url: https://example.org/small/\nplugins:\n  - glossary\n"
    folder = lay_out(tmp_path / "base", {"mkdocs.yml": site})
    documents = {
        document.path: document.content for document in built_in(folder, SubprocessRunner()).documents
    }
    exported = documents["glossary.ttl"]
    assert isinstance(exported, bytes)
    file = saved(tmp_path / "in", "glossary.ttl", exported.decode())
    gone = ("concepts/dropout.yml", "concepts/overfitting.yml", "examples")
    empty = Project(root=lay_out(tmp_path / "empty", dict.fromkeys(gone)))
    found = imported(empty, file)
    assert found.losses == ()
    files_made = entries(found)
    assert files_made["dropout"]["meaning"] == "Switching units off at random while a network learns."
    assert [other["concept"] for other in files_made["dropout"]["see_also"]] == ["overfitting"]  # type: ignore[attr-defined]
    write_new(found.files)
    assert prepare(empty).problems == ()


# Command


def test_a_dry_run_lists_the_changes_and_writes_nothing(empty: Project) -> None:
    before = tree(empty.root)
    result = glossary(empty.root, "import", "--dry-run", str(SPHINX / "glossary.rst"))
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("would import 13 entries from glossary.rst:\n  concepts/builder.yml\n")
    assert "\n  roles replaced with their text (11)\n    glossary.rst:9: :class:" in result.stdout
    assert result.stdout.count("glossary.rst:") == 9
    assert "\n    ... and 8 more\n" in result.stdout
    assert tree(empty.root) == before


def test_everything_that_was_lost_is_written_to_a_file(empty: Project, tmp_path: Path) -> None:
    file = tmp_path / "lost.txt"
    result = glossary(empty.root, "import", "--dry-run", "--losses", str(file), str(SPHINX / "glossary.rst"))
    assert result.stdout.endswith(f"Everything that was not imported is listed in {file}.\n")
    assert file.read_text("utf-8") == (SPHINX / "lost.txt").read_text("utf-8")


def test_the_command_writes_entries_and_prints_the_next_steps(empty: Project) -> None:
    result = glossary(empty.root, "import", str(SPHINX / "glossary.rst"))
    assert result.returncode == 0, result.stderr
    assert "glossary check, which lists the text that is still missing" in result.stdout
    assert len(list(empty.concepts.glob("[a-z]*.yml"))) == 13


def test_an_unsupported_file_type_is_wrong_usage(empty: Project, tmp_path: Path) -> None:
    result = glossary(empty.root, "import", str(saved(tmp_path / "in", "a.docx", "x")))
    assert result.returncode == 2
    assert "cannot be imported" in result.stderr


@pytest.mark.parametrize(("name", "library"), [("a.rst", "docutils"), ("a.ttl", "rdflib")])
def test_for_a_missing_library_the_message_explains_how_to_install_it(
    tmp_path: Path, empty: Project, name: str, library: str
) -> None:
    file = saved(tmp_path / "in", name, SAME[name])
    (tmp_path / "without" / library).mkdir(parents=True)
    (tmp_path / "without" / library / "__init__.py").write_text(
        f"raise ModuleNotFoundError('no {library}', name={library!r})\n", "utf-8"
    )
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'without')!r}); sys.argv[1:] = "
        f"['-C', {str(empty.root)!r}, 'import', {str(file)!r}]; from executable_glossary.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert result.returncode == 2
    assert f"requires {library}; to install it, run: pip install {library}" in result.stderr


def test_terms_have_line_numbers(tmp_path: Path) -> None:
    found: ForeignGlossary = read_foreign(SPHINX / "glossary.rst", Reading())
    lines = (SPHINX / "glossary.rst").read_text("utf-8").splitlines()
    assert [lines[term.place.line - 1].strip() for term in found.terms] == [
        term.names[0] for term in found.terms
    ]
    for loss in found.losses:
        assert re.sub(r"\W+", "", loss.detail)[:10] in re.sub(r"\W+", "", "".join(lines[loss.place.line - 1 : loss.place.line + 2]))  # fmt: skip
