"""Files for programs: JSON-LD, SKOS, a feed, and llms.txt, each parsed as its consumers would parse it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from glossaries import lay_out
from repository_glossary import repository_build

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://example.org/glossary/"
TRIPLE = re.compile(r"(skos:\w+|dcterms:\w+) (<[^>]+>|\"(?:[^\"\\]|\\.)*\"@en)(?: [;.])?$")


@pytest.fixture(scope="module")
def built() -> Build:
    return repository_build()


@pytest.fixture(scope="module")
def files(built: Build) -> dict[str, bytes]:
    texts = ((document.path, document.content) for document in built.documents)
    return {path: text.encode() if isinstance(text, str) else text for path, text in texts}


def structured(files: dict[str, bytes], page: str) -> dict[str, object]:
    front = files[page].decode().split("\n---\n")[0]
    line = next(line for line in front.splitlines() if line.startswith("structured: "))
    data = json.loads(json.loads(line.removeprefix("structured: ")))
    assert isinstance(data, dict)
    return data


def test_a_concept_is_a_defined_term_in_the_set(files: dict[str, bytes]) -> None:
    said = structured(files, "fine-tuning/index.md")
    assert said["@type"] == "DefinedTerm"
    assert said["@id"] == f"{SITE}fine-tuning/"
    assert "finetuning" in str(said["alternateName"])
    assert isinstance(said["inDefinedTermSet"], dict)
    assert said["inDefinedTermSet"]["@type"] == "DefinedTermSet"


def test_a_related_word_is_found_but_never_called_a_synonym(built: Build, files: dict[str, bytes]) -> None:
    concepts = {concept["id"]: concept for concept in json.loads(files["glossary.json"])["concepts"]}
    assert "SGD" in concepts["gradient-descent"]["search"]
    assert "SGD" not in concepts["gradient-descent"]["aliases"]
    assert "SGD" not in str(structured(files, "gradient-descent/index.md").get("alternateName"))
    assert '    skos:hiddenLabel "SGD"@en' in files["glossary.ttl"].decode()
    assert built.glossary is not None
    assert built.glossary.mentioned.concept("SGD") == "gradient-descent"
    assert built.glossary.mentioned.concept("sgd") is None


def test_other_pages_are_about_the_term_and_have_an_audience(files: dict[str, bytes]) -> None:
    said = structured(files, "fine-tuning/blog/manager/index.md")
    assert said["@type"] == "BlogPosting"
    assert said["about"] == {"@id": f"{SITE}fine-tuning/"}
    assert "Manager" in str(said["audience"])
    assert structured(files, "fine-tuning/article/index.md")["@type"] == "TechArticle"


def test_no_text_can_close_its_script_element(files: dict[str, bytes]) -> None:
    lines = (
        line for text in files.values() for line in text.splitlines() if line.startswith(b"structured: ")
    )
    assert all(b"<" not in line for line in lines)


def test_skos_lists_every_concept_once_and_every_url_exists(built: Build, files: dict[str, bytes]) -> None:
    assert built.glossary is not None
    text = files["glossary.ttl"].decode()
    subjects = re.findall(r"^<([^>]+)> a skos:Concept ;$", text, re.MULTILINE)
    assert subjects == [f"{SITE}{concept}/" for concept in built.glossary.entries]
    objects = re.findall(r"skos:(?:broader|narrower|related) <([^>]+)>", text)
    assert objects
    assert set(objects) <= set(subjects)


def test_skos_lines_are_valid_turtle(files: dict[str, bytes]) -> None:
    lines = [line.strip() for line in files["glossary.ttl"].decode().splitlines() if line.startswith("    ")]
    assert lines
    assert [line for line in lines if not TRIPLE.fullmatch(line)] == []


def test_no_two_concepts_are_both_related_and_hierarchical(files: dict[str, bytes]) -> None:
    above: set[frozenset[str]] = set()
    beside: set[frozenset[str]] = set()
    for block in files["glossary.ttl"].decode().split("\n\n"):
        subject = re.match(r"<([^>]+)>", block.strip())
        for name, other in re.findall(r"skos:(broader|narrower|related) <([^>]+)>", block):
            assert subject is not None
            (beside if name == "related" else above).add(frozenset((subject[1], other)))
    assert above
    assert not above & beside


def test_the_feed_lists_changes_newest_first(built: Build, files: dict[str, bytes]) -> None:
    assert built.glossary is not None
    root = ElementTree.fromstring(files["feed.xml"])
    changes = sum(len(entry.changes) for entry in built.glossary.entries.values())
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == min(changes, 50)
    moments = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert root.findtext(f"{ATOM}updated") == moments[0]
    assert date.fromisoformat(moments[0][:10])
    names = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(names)) == len(names)


def test_llms_txt_lists_every_concept_with_its_url(built: Build, files: dict[str, bytes]) -> None:
    assert built.glossary is not None
    text = files["llms.txt"].decode()
    assert text.startswith("# Executable Glossary\n")
    assert all(f"({SITE}{concept}/)" in text for concept in built.glossary.entries)


def test_every_concept_has_a_card(built: Build, files: dict[str, bytes]) -> None:
    assert built.glossary is not None
    assert all(files[f"{concept}/card.png"].startswith(b"\x89PNG") for concept in built.glossary.entries)


def test_a_site_without_a_url_uses_none(tmp_path: Path) -> None:
    project, _ = read_project(lay_out(tmp_path, {}), runs="frozen")
    assert project is not None
    paths = []
    for url in (SITE, ""):
        site = project.model_copy(update={"site": project.site.model_copy(update={"url": url})})
        documents = build(site, SubprocessRunner(), lambda event: None).documents
        paths.append({document.path for document in documents})
    assert paths[0] - paths[1] == {
        *("glossary.ttl", "feed.xml", "llms.txt"),
        *("dropout/card.png", "overfitting/card.png"),
    }
    assert {"glossary.json", "dropout/index.md"} <= paths[1]
