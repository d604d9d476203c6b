"""The change report in each of its formats: for a terminal, for programs, and for GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from executable_glossary.adapters.git import Revision
from executable_glossary.app.change_report import Review
from executable_glossary.app.change_report.escaping import for_github, for_terminal
from executable_glossary.app.change_report.json_report import review_as_json
from executable_glossary.app.change_report.markdown_report import LIMIT, MARK, MOST, review_as_markdown
from executable_glossary.app.change_report.text_report import review_as_text
from executable_glossary.app.change_report.wording import claim_lines, moved_line, summary
from executable_glossary.model.comparison import (
    Added,
    Altered,
    ClaimChange,
    ClaimState,
    Comparison,
    ConceptChanges,
    Edit,
    EvidenceChanges,
    FileChange,
    Moved,
    PageChanges,
    PageName,
    ReaderChanges,
    Removed,
    SettingChange,
    SharedEdit,
    Shift,
)
from executable_glossary.model.problem import Place, Problem

BASE = Revision("main", "0123456789abcdef0123456789abcdef01234567")
PAGE = PageName("dropout/engineer/manager/", "dropout", "questions", "engineer", "manager")
OWN = PageName("dropout/", "dropout", "entry")
EDIT = Edit("why", "Why it matters", "It knows edges and shapes.", "It knows edges and colors.")
NUMBERS = Edit(
    "example",
    "Example",
    "It named 89% right in all three of its runs.",
    "It named 88% right in all three of its runs.",
)
ERROR = Problem(
    Place("concepts/dropout.yml", 3, 5), "typed-number", "a number is typed", "write an expression"
)


def changed(*edits: Edit, pages: Iterable[PageName] = (PAGE,)) -> Comparison:
    pages = tuple(pages)
    altered = tuple(Altered(page, edits, Shift(8, 9.26), Shift(0.2, 0.25), Shift(1, 1)) for page in pages)
    shared = tuple(SharedEdit(edit, pages) for edit in edits)
    readers = (ReaderChanges("engineer", "manager", 0, 0, len(pages)),)
    return Comparison(PageChanges(altered=altered, shared=shared), readers)


def text(report: Comparison) -> str:
    return review_as_text(Review(BASE, report))


def markdown(report: Comparison) -> str:
    return review_as_markdown(Review(BASE, report))


def as_json(report: Comparison) -> dict[str, object]:
    read = json.loads(review_as_json(Review(BASE, report)))
    assert isinstance(read, dict)
    return read


# The summary


def test_the_summary_has_three_lines() -> None:
    assert summary(changed(EDIT)) == (
        "Pages: 1 altered (dropout 1)",
        "Readers: manager 1 (number of pages that change)",
        "Evidence: unchanged; problems: none new",
    )


def test_the_summary_reports_that_nothing_changed() -> None:
    assert summary(Comparison()) == (
        "Pages: the text of no page changes",
        "Readers: no reader sees a difference",
        "Evidence: unchanged; problems: none new",
    )


def test_the_summary_highlights_important_changes() -> None:
    state = ClaimState("A rule is better.", "rule >= table", "refuted", -0.1)
    report = Comparison(
        PageChanges(removed=(Removed(OWN, "the concept no longer exists"),)),
        evidence=EvidenceChanges(claims=(ClaimChange("dropout", "beats", None, state),)),
        new_problems=(ERROR,),
        problems=(ERROR,),
    )
    pages, _, rest = summary(report)
    assert pages == "Pages: 1 removed (dropout 1); 1 URL no longer works"
    assert rest == "Evidence: 1 claim or finding changed, 1 REFUTED; problems: 1 error new, 0 resolved"


def test_the_summary_explains_why_pages_were_not_compared() -> None:
    report = Comparison(obstacle="the base has 2 errors, so its pages cannot be built")
    assert summary(report)[:2] == (
        "Pages: not compared: the base has 2 errors, so its pages cannot be built",
        "Readers: unknown",
    )


def test_the_summary_of_a_first_pull_request_reports_that_everything_is_new() -> None:
    report = Comparison(PageChanges(added=(Added(OWN),)), first=True)
    assert summary(report)[0] == "Pages: 1 added (dropout 1), all new: the base has no glossary"


def test_unchanged_errors_are_included() -> None:
    assert summary(Comparison(problems=(ERROR,)))[2].endswith("problems: none new, 1 error unchanged")


# Numbers and claims


@pytest.mark.parametrize(
    ("moved", "line"),
    [
        (
            Moved("flowers", "accuracy", Shift(0.893, 0.861), Shift(3, 3)),
            "flowers.accuracy: 0.893 → 0.861 (3 seeds)",
        ),
        (
            Moved("flowers", "accuracy", Shift(0.89301, 0.89304), Shift(1, 1)),
            "flowers.accuracy: 0.89301 → 0.89304 (1 seed)",
        ),
        (Moved("flowers", "steps", Shift(None, 60), Shift(0, 3)), "flowers.steps: none → 60 (0 → 3 seeds)"),
        (Moved("f", "a", Shift(1, 2), Shift(2, 2), True), "f.a: 1 → 2 (2 seeds, within its tolerance)"),
    ],
)
def test_a_metric_has_enough_digits_to_show_the_difference(moved: Moved, line: str) -> None:
    assert moved_line(moved) == line


def test_durations_are_only_counted() -> None:
    seconds = Moved("flowers", "seconds", Shift(1, 2), Shift(3, 3), True, True)
    report = text(Comparison(evidence=EvidenceChanges(metrics=(seconds,))))
    assert "1 metric without a tolerance, such as durations, also moved" in report
    assert "flowers.seconds" not in report


def test_a_claim_lists_everything_that_changed() -> None:
    before = ClaimState("It is better.", "a >= b", "holds", 0.17)
    after = ClaimState("It is much better.", "a >= b + 0.1", "refuted", -0.062)
    assert list(claim_lines(ClaimChange("dropout", "beats", before, after))) == [
        "text: It is better. → It is much better.",
        "check: a >= b → a >= b + 0.1",
        "verdict: holds → refuted",
        "margin: 0.17 → -0.062",
    ]


# In a terminal


def test_the_text_has_the_summary_first_and_groups_edits_by_concept() -> None:
    assert text(changed(EDIT)).splitlines() == [
        "Compared with main (0123456789)",
        "Pages: 1 altered (dropout 1)",
        "Readers: manager 1 (number of pages that change)",
        "Evidence: unchanged; problems: none new",
        "",
        "Readers",
        "  reader            altered  added  removed",
        "  engineer/manager        1      0        0",
        "",
        "dropout (1 page)",
        "  Why it matters – /dropout/engineer/manager/",
        "    It knows edges and [-shapes-]{+colors+}.",
        "  /dropout/engineer/manager/: grade 8.0 → 9.3, overlap 20% → 25%",
    ]


def test_the_text_contains_a_shared_edit_once() -> None:
    pages = [PageName(f"dropout/{number}/", "dropout", "questions") for number in range(12)]
    report = text(changed(EDIT, pages=pages))
    assert report.count("[-shapes-]{+colors+}") == 1
    assert (
        "the same change on 12 pages: /dropout/0/, /dropout/1/, /dropout/2/, /dropout/3/ and 8 more" in report
    )


def test_edits_shared_by_several_concepts_come_first() -> None:
    report = text(changed(EDIT, pages=[OWN, PageName("noise/", "noise", "entry")]))
    assert report.count("[-shapes-]") == 1
    assert report.index("Several concepts") < report.index("[-shapes-]")


def test_text_edits_come_before_changed_numbers() -> None:
    report = text(changed(NUMBERS, EDIT))
    assert report.index("[-shapes-]") < report.index("[-89%-]{+88%+}")


def test_the_text_shows_the_paragraphs_of_a_new_page() -> None:
    paragraphs = Edit("definition", "Definition", "", "One paragraph.\n\nAnother.")
    report = text(
        Comparison(PageChanges(added=(Added(OWN, (paragraphs,)),), written=(SharedEdit(paragraphs, (OWN,)),)))
    )
    assert report.splitlines()[-5:] == [
        "dropout (1 page)",
        "  new page: /dropout/",
        "  Definition – /dropout/",
        "    {+One paragraph.",
        "    Another.+}",
    ]


def test_the_text_lists_removed_pages_broken_claims_and_orphans() -> None:
    report = text(
        Comparison(
            PageChanges(removed=(Removed(PAGE, "it lacks questions", "dropout/"),)),
            concepts=ConceptChanges(orphaned=("noise",), broken=("layer",)),
            new_problems=(ERROR,),
            problems=(ERROR,),
        )
    )
    assert "  /dropout/engineer/manager/: it lacks questions; nearest remaining page: /dropout/" in report
    assert "  concepts/dropout.yml:3:5: error[typed-number]: a number is typed" in report
    assert "  no longer linked from any other concept: noise" in report
    assert "  file has errors now: layer" in report


def test_terminal_control_sequences_in_terms_are_escaped() -> None:
    assert for_terminal("a\x1b[2Jb\u202ec\td\n") == "a[U+001B][2Jb[U+202E]c\td[U+000A]"
    assert "\x1b" not in text(changed(Edit("why", "Why", "", "\x1b[31mred")))


FORGED = "zz\n\nEvidence: unchanged\n::error::forged\r##[error]x\x85\u2028\udcff"


@pytest.mark.parametrize("form", [text, markdown, lambda report: review_as_json(Review(BASE, report))])
def test_a_file_name_forges_no_line_and_no_command_of_a_ci_service(form: Callable[[Comparison], str]) -> None:
    plain = form(Comparison(files=(FileChange("x", "new"),)))
    forged = form(Comparison(files=(FileChange(FORGED, "new"),)))
    assert len(forged.splitlines()) == len(plain.splitlines())
    assert "##[" not in forged
    forged.encode("utf-8")


def test_the_json_contains_the_name_of_every_file() -> None:
    files = as_json(Comparison(files=(FileChange(FORGED, "new"),)))["files"]
    assert files == [{"path": FORGED, "how": "new", "published": False}]


def test_no_line_of_the_text_begins_with_a_command_of_a_ci_service() -> None:
    words = "word " * 18
    report = text(changed(Edit("why", "Why", "", f"{words} ::error::forged ::error::forged {words}")))
    assert not any(line.lstrip().startswith("::") for line in report.splitlines())


# For programs


def test_the_json_contains_every_edit_of_every_page() -> None:
    report = as_json(changed(EDIT, pages=[OWN, PAGE]))
    assert report["schema"] == 2
    assert report["base"] == {"name": "main", "commit": BASE.commit}
    pages = report["pages"]
    assert isinstance(pages, dict)
    assert pages["altered"][1] == {
        "url": "dropout/engineer/manager/",
        "concept": "dropout",
        "format": "questions",
        "role": "engineer",
        "audience": "manager",
        "grade": {"before": 8, "after": 9.26},
        "overlap": {"before": 0.2, "after": 0.25},
        "coverage": {"before": 1, "after": 1},
        "edits": [
            {"section": "why", "heading": "Why it matters", "before": EDIT.before, "after": EDIT.after}
        ],
    }


def test_the_json_always_has_the_same_fields() -> None:
    assert as_json(Comparison()).keys() == as_json(changed(EDIT)).keys()


def test_the_json_has_problems_in_the_format_of_check() -> None:
    report = as_json(Comparison(new_problems=(ERROR,)))["problems"]
    assert report == {
        "new": [
            {
                "path": "concepts/dropout.yml",
                "line": 3,
                "column": 5,
                "code": "typed-number",
                "severity": "error",
                "message": "a number is typed",
                "help": "write an expression",
                "explain": "glossary explain typed-number",
            }
        ],
        "gone": [],
    }


# On GitHub


class Seen(HTMLParser):
    """The page as seen by a browser: tags with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def seen() -> Callable[[str], Seen]:
    """GitHub's Markdown is CommonMark with tables and strikethrough. HTML is kept and sanitized afterward."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return lambda text: Seen(parser.render(text))


def test_the_markdown_marks_removed_and_inserted_words() -> None:
    assert "> It knows edges and <del>shapes</del> <ins>colors</ins>." in markdown(changed(EDIT))


def test_the_markdown_begins_with_its_marker_and_the_summary() -> None:
    lines = markdown(changed(EDIT)).splitlines()
    assert lines[:4] == [
        MARK,
        "### How this changes the glossary",
        "",
        "- **Pages:** 1 altered (dropout 1)",
    ]


def test_the_markdown_lists_settings_and_files_and_says_where_a_list_is_cut() -> None:
    settings = (SettingChange("examples/by_heart.py", "tolerance.default", "", "1000.0"),)
    files = tuple(FileChange(f"docs/{number}.md", "new") for number in range(601))
    report = markdown(Comparison(settings=settings, files=files))
    assert "- examples/by&#95;heart.py&#58; tolerance.default" in report.replace(":", "&#58;")
    assert "- new: docs/0.md" in report
    assert "docs/600.md" not in report
    assert "- and 1 more, which `glossary report` shows" in report
    assert "600.md" in text(Comparison(files=files))


def test_changed_numbers_are_folded(seen: Callable[[str], Seen]) -> None:
    report = markdown(changed(NUMBERS))
    assert "<summary>1 passage in which only numbers differ</summary>" in report
    assert seen(report).tags.count("details") == report.count("</details>")


def test_the_markdown_folds_the_text_of_new_pages(seen: Callable[[str], Seen]) -> None:
    paragraphs = Edit("definition", "Definition", "", "One *paragraph*.\n\n> Another.")
    changes = PageChanges(added=(Added(OWN, (paragraphs,)),), written=(SharedEdit(paragraphs, (OWN,)),))
    report = markdown(Comparison(changes))
    assert "New: /dropout/" in report
    assert "<summary>1 section of new pages, each shown once</summary>" in report
    assert "> One &#42;paragraph&#42;.\n>\n> &#62; Another." in report
    assert seen(report).tags.count("blockquote") == 1


def test_the_markdown_folds_removed_text() -> None:
    paragraphs = Edit("definition", "Definition", "It was so.", "")
    removed = Removed(OWN, "the concept no longer exists", edits=(paragraphs,))
    report = markdown(Comparison(PageChanges(removed=(removed,), lost=(SharedEdit(paragraphs, (OWN,)),))))
    assert "#### URLs that no longer work: external links to them will break\n\n- /dropout/" in report
    assert "<summary>1 section of removed pages, each shown once</summary>" in report
    assert "> It was so." in report


def test_a_long_edit_is_folded_and_truncated() -> None:
    report = markdown(changed(Edit("why", "Why", "", "word " * 1000)))
    assert "<summary>before and after</summary>" in report
    assert f"({5000 - MOST:,} more characters)" in report


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></ins><h1>big</h1>",
    "[click](javascript:alert(1))",
    "![](https://example.org/track.png)",
    "| a | b |",
    "```\ncode",
    "`code`",
    "**bold** _thin_ ~~gone~~",
    "# heading",
    "1. list",
    "- list",
    "> quote",
    "&lt;b&gt; &amp; &#64;",
    "a\\*b",
    "[^1]: note",
    "--- ===",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_is_shown_unchanged(hostile: str, seen: Callable[[str], Seen]) -> None:
    rendered = seen(for_github(hostile))
    assert rendered.tags == ["p"]
    assert rendered.text.strip().replace("\u200b", "") == " ".join(hostile.split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_changes_the_structure_of_the_report(hostile: str, seen: Callable[[str], Seen]) -> None:
    plain = seen(markdown(changed(Edit("why", "Why", "gone words", "new words"))))
    rendered = seen(markdown(changed(Edit("why", hostile, "gone words", f"new {hostile} words"))))
    assert (rendered.tags, rendered.links) == (plain.tags, plain.links)


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        (r"@\w", "thanks @someone and a@example.org"),
        (r"#\d", "see #12 and owner/name#3"),
        (r"(?i)\bgh-\d", "see GH-12"),
        (r":\w+:", "a :rocket: here"),
        (r"://", "https://example.org and ftp://example.org"),
        (r"(?i)\bwww\.", "WWW.example.org"),
    ],
)
def test_github_creates_no_links_or_mentions(sought: str, text: str, seen: Callable[[str], Seen]) -> None:
    assert re.search(sought, text)
    rendered = seen(for_github(text)).text
    assert not re.search(sought, rendered)
    assert rendered.replace("\u200b", "").strip() == text


def test_a_dollar_sign_starts_no_formula() -> None:
    assert for_github("$x$") == "<span>$</span>x<span>$</span>"


def test_bidirectional_control_characters_are_escaped() -> None:
    assert for_github("safe\u202eelif\u200b") == "safe&#91;U+202E&#93;elif&#91;U+200B&#93;"


def test_a_large_report_stays_within_github_s_limit_and_lists_what_is_missing(
    seen: Callable[[str], Seen],
) -> None:
    edits = [Edit("why", "Why", "", f"*{number}* " + "<&> " * 800) for number in range(100)]
    report = markdown(changed(*edits))
    assert len(report) < 65_536
    assert len(report) > LIMIT / 2
    assert re.search(r"\d+ parts of this report did not fit", report)
    assert seen(report).tags.count("details") == report.count("</details>")


def test_many_pages_and_numbers_leave_room_for_the_rest() -> None:
    pages = [
        PageName(f"a-rather-long-name-of-a-concept/{number}/", "dropout", "questions")
        for number in range(900)
    ]
    numbers = [
        Edit("why", "Why", f"It was {n} " + "words " * 99, f"It was {n + 1} " + "words " * 99)
        for n in range(99)
    ]
    report = markdown(changed(EDIT, *numbers, pages=pages))
    assert len(report) < 65_536
    assert "<ins>colors</ins>" in report
    assert "Number of pages that change for each reader" in report
