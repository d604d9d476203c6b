"""The interface text: one catalog for each language, and no text from the generator outside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import jinja2
import pytest
import yaml
from jinja2 import nodes

from case_outcome import built_in
from executable_glossary.adapters import word_catalog as word_catalog
from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.adapters.word_catalog import catalog, english
from executable_glossary.app.plain_tree import plain_tree
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.words import NO_WORDS, TranslatableText, Words, WordsError, indefinite_article
from glossaries import BASE, lay_out

SPOKEN = Words(
    texts={
        "hello": "Hello, {name}.",
        "pages": {"one": "{count} page", "other": "{count} pages"},
        "list.and": "{others} and {last}",
        "theme.title": "A title",
        "theme.inner.text": "A text",
    }
)


# Single texts


def test_placeholders_are_filled_and_other_braces_stay() -> None:
    assert SPOKEN("hello", name="{you}") == "Hello, {you}."
    assert (
        Words(texts={"link": "[it]({to}){ download='' }"})("link", to="a.json")
        == "[it](a.json){ download='' }"
    )


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 page"), (0, "0 pages"), (2, "2 pages"), ("1.5", "1.5 pages")]
)
def test_a_number_chooses_the_plural_form(count: float, said: str) -> None:
    assert SPOKEN("pages", count=count) == said


def test_a_missing_key_is_an_error() -> None:
    with pytest.raises(WordsError, match="helo"):
        SPOKEN("helo")
    with pytest.raises(WordsError):
        NO_WORDS("hello")


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(WordsError, match="name"):
        SPOKEN("hello")


def test_a_text_can_be_translated_later() -> None:
    other = Words("nl", {"hello": "Dag {name}."})
    said = SPOKEN.translatable("hello", name="Ada")
    assert said == "Hello, Ada."
    assert isinstance(said, TranslatableText)
    assert other.translated(said) == "Dag Ada."
    assert other.translated("as it is") == "as it is"


def test_names_are_joined_as_in_a_sentence() -> None:
    assert SPOKEN.listed(["a"]) == "a"
    assert SPOKEN.listed(["a", "b", "c"]) == "a, b and c"


def test_a_section_of_the_catalog_is_nested_as_in_its_file() -> None:
    assert SPOKEN.below("theme") == {"title": "A title", "inner": {"text": "A text"}}


def test_a_date_is_written_out() -> None:
    assert english().date("2026-11-21T10:00:00") == "21 November 2026"
    assert english().date("") == ""


@pytest.mark.parametrize(
    "name",
    [
        "a manager",
        "an architect",
        "an ML engineer",
        "a UX designer",
        "an SRE",
        "a data scientist",
        "a user",
        "an usher",
        "a university teacher",
        "a European",
        "an hour",
        "an honest broker",
        "a one-time visitor",
        "an only child",
        "a unit tester",
        "an unimportant guest",
        "an uninvited guest",
    ],
)
def test_english_chooses_the_article(name: str) -> None:
    article, _, rest = name.partition(" ")
    assert indefinite_article(rest) == article


# A project's catalog


def read(tmp_path: Path, language: str, **files: str) -> tuple[Words, tuple[str, ...]]:
    """The catalog and the problems with these files in the project's templates/words/."""
    for name, content in files.items():
        (tmp_path / "templates/words").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"templates/words/{name}.yml").write_text(content, "utf-8")
    words, problems = catalog(Templates(tmp_path / "templates", tmp_path), language)
    return words, tuple(f"{problem.severity} {problem.code} {problem.message}" for problem in problems)


def test_a_project_without_catalogs_uses_the_packaged_texts(tmp_path: Path) -> None:
    words, problems = read(tmp_path, "en")
    assert problems == ()
    assert words.texts == english().texts


def test_a_project_s_file_overrides_key_by_key(tmp_path: Path) -> None:
    words, problems = read(tmp_path, "en", en="map:\n  title: Chart of the waters\n")
    assert problems == ()
    assert words("map.title") == "Chart of the waters"
    assert words("path.title") == english()("path.title")


def test_the_same_files_produce_the_same_texts(tmp_path: Path) -> None:
    templates = Templates(tmp_path, tmp_path)
    assert catalog(templates, "en")[0] is catalog(templates, "en")[0]


def test_untranslated_texts_are_english_and_reported(tmp_path: Path) -> None:
    words, problems = read(tmp_path, "de", de="page:\n  keywords: 'Stichwörter:'\n")
    assert words("page.keywords") == "Stichwörter:"
    assert words("map.title") == english()("map.title")
    (problem,) = problems
    assert problem.startswith(
        'warning missing-words no words in the language "de" for page.title_for_reader, '
    )


def test_a_language_without_a_catalog_is_a_warning(tmp_path: Path) -> None:
    words, problems = read(tmp_path, "de")
    assert words("map.title") == english()("map.title")
    assert [problem.partition(" no ")[0] for problem in problems] == [
        "warning missing-words the generator has"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("map:\n  titel: Map\n", 'warning unknown-words the generator does not use the key "map.titel"'),
        ("path:\n  for: of {termm}\n", 'error bad-value "path.for" cannot use the placeholder {termm}'),
        ("terms: 3\n", 'error wrong-type "terms" must be text, not 3'),
        (
            "map:\n  introduction: {one: One.}\n",
            'error wrong-type "map.introduction" has plural forms, but the form "other" is missing',
        ),
        (
            "map:\n  introduction: {one: One., ohter: Many.}\n",
            'error wrong-type "map.introduction" has plural forms, but "ohter" is not a form and '
            'the form "other" is missing',
        ),
        (
            "map:\n  introduction: {one: [], other: Many.}\n",
            'error wrong-type "map.introduction" has plural forms, but the form "one" is not text',
        ),
        ("map:\n", 'error wrong-type "map" must be text, not nothing'),
        ("- map\n", "error wrong-type the file must contain keys and text, not a list"),
        ("map\n", 'error wrong-type the file must contain keys and text, not "map"'),
    ],
    ids=[
        "unknown key",
        "unknown placeholder",
        "number",
        "plural without other",
        "misspelled plural form",
        "plural form that is not text",
        "nothing",
        "list",
        "plain text",
    ],
)
def test_an_unusable_text_is_reported_at_its_location(tmp_path: Path, content: str, problem: str) -> None:
    words, problems = read(tmp_path, "en", en=content)
    assert len(problems) == 1
    assert problems[0].startswith(problem)
    assert words.texts == english().texts


def test_texts_for_a_project_s_own_templates_are_under_own(tmp_path: Path) -> None:
    words, problems = read(tmp_path, "en", en="own:\n  myths: What people say about {term}\n")
    assert problems == ()
    assert words("own.myths", term="tides") == "What people say about tides"


@pytest.mark.parametrize(
    ("language", "forms"), [("pl", "one few many"), ("ar", "one few many"), ("nonesuch", "one other other")]
)
def test_plural_forms_depend_on_the_language(tmp_path: Path, language: str, forms: str) -> None:
    words, _ = read(tmp_path, language)
    counts = (1, 3, 5) if language != "ar" else (1, 3, 11)
    assert " ".join(words.plural(count) for count in counts) == forms


def test_the_language_is_that_of_the_theme(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(
        "theme: {name: material, language: de}\nplugins: [glossary]\n", "utf-8"
    )
    project, _ = read_project(tmp_path)
    assert project is not None
    assert project.site.language == "de"


def test_a_template_with_a_missing_text_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "own.md.j2").write_text('A line.\n{{ words("nonesuch") }}\n', "utf-8")
    templates = Templates(tmp_path, tmp_path)
    templates.provide({}, {"words": english()})
    with pytest.raises(TemplateFault) as fault:
        templates.render("own.md.j2")
    assert (fault.value.problem.place.path, fault.value.problem.place.line) == ("own.md.j2", 2)
    assert fault.value.problem.message == 'the catalog has no text "nonesuch"'


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('words("own.x", z=1, count="abc")', 'the text "own.x" needs a number as {count}, not "abc"'),
        ('words("own.x", z=1, count="nan")', 'the text "own.x" needs a number as {count}, not "nan"'),
        ('words("own.x", z=1, count=[])', 'the text "own.x" needs a number as {count}, not "[]"'),
        (
            'words("own.x", count=1)',
            'the text "own.x" has the placeholder {z}, but no value was passed for it',
        ),
        ("words([])", 'the catalog has no text "[]"'),
        ("words()", "TypeError: "),
        ("words.listed([])", "words.listed needs a list of at least one name"),
        ("words.listed(3)", "words.listed needs a list of at least one name"),
        ('words.listed("ab")', "words.listed needs a list of at least one name"),
        ('words.article("")', "words.article was called with an empty name"),
        ("words.date(nonesuch)", "'nonesuch' is undefined"),
    ],
)
def test_a_template_that_misuses_the_catalog_is_reported_with_its_line(
    tmp_path: Path, expression: str, message: str
) -> None:
    (tmp_path / "own.md.j2").write_text(f"A line.\n{{{{ {expression} }}}}\n", "utf-8")
    templates = Templates(tmp_path, tmp_path)
    templates.provide({}, {"words": Words(texts={"own.x": {"other": "{z} of {count}"}})})
    with pytest.raises(TemplateFault) as fault:
        templates.render("own.md.j2")
    problem = fault.value.problem
    assert (problem.code, problem.place.path, problem.place.line) == ("template-error", "own.md.j2", 2)
    assert problem.message.startswith(message)


@pytest.mark.parametrize("day", ["soon", "2026-5", "2026-13-01", "²-1-1"])
def test_a_text_that_is_not_a_date_is_unchanged(day: str) -> None:
    assert english().date(day) == day


@pytest.mark.parametrize("name", ["words/nl.yml", "words/en.yml", "formats/own.md.j2", "rules/jargon.yml"])
def test_a_template_file_that_is_a_link_out_of_the_project_is_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("hush: hush\n", "utf-8")
    config = "theme: {name: material, language: nl}\nplugins: [{glossary: {runs: frozen}}]\n"
    folder = lay_out(tmp_path / "glossary", {"mkdocs.yml": config.encode()})
    link = folder / "templates" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path / "secret")
    built = built_in(folder, SubprocessRunner())
    found = {(problem.place.path, problem.code) for problem in built.problems if problem.severity == "error"}
    assert found == {(f"templates/{name}", "link-outside")}
    assert not any("hush" in problem.message for problem in built.problems)


def test_own_texts_may_be_named_like_a_plural_form(tmp_path: Path) -> None:
    words, problems = read(tmp_path, "en", en="own: {other: Other, more: More}\n")
    assert problems == ()
    assert words("own.more") == "More"


# No text outside the catalog

# The manual is written in English; these files are not page templates.
NOT_OF_PAGES = ("docs/", "start/", "entry.yml.j2")
TEMPLATES = sorted(
    path.relative_to(PACKAGED).as_posix()
    for pattern in ("**/*.j2", "theme/**/*.html")
    for path in PACKAGED.glob(pattern)
    if not path.relative_to(PACKAGED).as_posix().startswith(NOT_OF_PAGES)
)
SOURCES = Path(word_catalog.__file__).parents[1]
SCRIPTS = sorted((PACKAGED / "site/assets").glob("*.js"))
READ_OUT = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-label)="([^"]*)"')
# Front matter keys, attribute lists, URLs, code, file names, and entities.
NO_WORDS_HERE = (
    r"(?s)\A---\n.*?\n---\n",
    r"\{:? [^}]*\}",
    r"\]\([^)]*\)",
    r"`[^`]*`",
    r"\b\w+\.(?:json|ttl|xml|py|ipynb|png)\b",
    r"&#?\w+;",
    r"(?s)<script>.*?</script>",
)
LETTERS = re.compile(r"[^\W\d_]{2,}")


def readable(text: str) -> str:
    """The parts of a page or a template that a person reads or hears."""
    read_out = READ_OUT.findall(text)
    for pattern in NO_WORDS_HERE:
        text = re.sub(pattern, " ", text)
    return " ".join([re.sub(r"<[^>]*>", " ", text), *read_out])


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_contains_no_text(name: str) -> None:
    source = (PACKAGED / name).read_text("utf-8")
    around = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source)
    front = re.search(r"(?sm)^---\n(.*?)\n---\n", around)
    values = re.findall(r"(?m)^\w+: *(.*)$", front[1]) if front else []
    outside = readable(around.replace(front[0], "") if front else around)
    words = {word for text in (outside, *map(readable, values)) for word in LETTERS.findall(text)}
    assert words - {"navigation", "toc", "true", "false"} == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_expression_in_a_template_contains_no_sentence(name: str) -> None:
    tree = jinja2.Environment().parse((PACKAGED / name).read_text("utf-8"))
    texts = (node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str))
    verdicts = {"not run here"}  # Kinds of verdicts, each of which has text in the catalog.
    said = [re.sub(r"<\w+[^>]*", "", text) for text in texts if text not in verdicts]
    assert [text for text in said if re.search(r"[a-z] [a-z]", text)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_contains_no_text(path: Path) -> None:
    code = re.sub(r"(?s)/\*.*?\*/|(?m:(?<!:)//.*$)|console\.warn\(.*", "", path.read_text("utf-8"))
    texts = re.findall(r'"([^"\n]*)"|`([^`]*)`', code)
    said = [one or other for one, other in texts]
    assert [text for text in said if re.search(r"[A-Z][a-z]+ [a-z]|[a-z]{2} [a-z]{2,} [a-z]", text)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_uses_only_existing_texts(path: Path) -> None:
    asked = re.findall(r'(?:words|parts)\("([\w.]+)"', path.read_text("utf-8"))
    assert [key for key in asked if f"scripts.{key}" not in english().texts] == []


def test_every_text_in_the_catalog_is_used() -> None:
    """It is used by its key, or by the start of its key if a value from the model completes it."""
    files = [path for kind in ("j2", "html", "js") for path in PACKAGED.rglob(f"*.{kind}")]
    files += [PACKAGED / "defaults.yml", *SOURCES.rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    keys = [key.removeprefix("scripts.") for key in english().texts]
    assert [key for key in keys if not _is_used(key, code)] == []


def _is_used(key: str, code: str) -> bool:
    parts = key.split(".")
    begun = {".".join(parts[:end]) for end in range(1, len(parts))}
    ways = [re.escape(key) + r"\b", *(rf"[\"`]{re.escape(head)}\.[\"{{$]" for head in begun)]
    return re.search("|".join(ways), code) is not None


# A site in a different language

BETWEEN = re.compile(r"(\{\w+\}|<[^>]*>|\]\([^)]*\)|\{ \w+ \}|`[^`]*`|\b\w+\.(?:json|ipynb|py)\b)")


def foreign(text: str) -> str:
    """The text with every word replaced; placeholders, markup, and URLs are kept."""
    parts = BETWEEN.split(text)
    return "".join(part if at % 2 else LETTERS.sub("⟦⟧", part) for at, part in enumerate(parts))


def translated(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): translated(inner) for key, inner in value.items()}
    return foreign(str(value))


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Every page and every theme file of the base glossary, in a made-up language."""
    source = yaml.load((PACKAGED / "words/en.yml").read_text("utf-8"), yaml.BaseLoader)
    made_up = yaml.safe_dump(translated(source), allow_unicode=True).encode()
    folder = lay_out(tmp_path_factory.mktemp("abroad"), {"templates/words/de.yml": made_up})
    config = (BASE / "mkdocs.yml").read_text("utf-8") + "\ntheme: {name: material, language: de}\n"
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    built = built_in(folder, SubprocessRunner(), runs="frozen")
    assert [problem for problem in built.problems if problem.severity == "error"] == []
    assert not [problem for problem in built.problems if problem.code == "missing-words"]
    project, _ = read_project(folder)
    assert project is not None
    tree = plain_tree(project, built.documents)
    return {
        document.path: document.content
        for document in tree
        if isinstance(document.content, str) and document.path.endswith((".md", "mkdocs.yml"))
    }


def of_authors() -> set[str]:
    """Every word that authors wrote, and the values from runs and machines."""
    files = (path for path in BASE.rglob("*") if path.suffix in {".yml", ".py", ".json"})
    words = {word.casefold() for path in files for word in LETTERS.findall(path.read_text("utf-8"))}
    return words | {"python", "cpu", "mb"}


def test_no_english_text_of_the_generator_is_left_on_a_page(abroad: Mapping[str, str]) -> None:
    known = of_authors()
    ours = {word for text in english().texts.values() for word in LETTERS.findall(str(text))}
    assert (
        len({word for word in ours if word.casefold() not in known}) > 200
    )  # otherwise, this test would check nothing
    left = {
        path: strange
        for path, text in abroad.items()
        if path.endswith(".md")
        and (strange := {word for word in LETTERS.findall(readable(text)) if word.casefold() not in known})
    }
    assert left == {}


def test_theme_and_scripts_use_the_language(abroad: Mapping[str, str]) -> None:
    document = yaml.load(abroad["mkdocs.yml"], yaml.BaseLoader)
    assert document["extra"]["words"]["scripts"]["terms"]["left"]["other"] == "{count} ⟦⟧ {all} ⟦⟧"
    assert [next(iter(item)) for item in document["nav"]] == ["⟦⟧", "A–Z", "⟦⟧", "⟦⟧", "⟦⟧", "⟦⟧"]
    assert document["theme"]["palette"][0]["toggle"]["name"] == "⟦⟧ ⟦⟧ ⟦⟧ ⟦⟧"
