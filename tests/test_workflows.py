"""The GitHub workflows: their permissions, and tests of each of their commands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from executable_glossary.cli import COMMANDS
from glossaries import REPOSITORY, change
from repositories import committed_glossary

GITHUB = REPOSITORY / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
# These commands run the tests, so no test can run them. Instead, a test compares each with the README's commands.
RUN_BY_CI = {".ci/run", "make site STRICT=1"}


def workflow(name: str) -> dict[str, Any]:
    """YAML 1.1 parses the key `on` as true."""
    read = yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in workflow(name)["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_can_be_parsed_and_has_a_time_limit(path: Path) -> None:
    read = workflow(path.stem)
    assert read["on"]
    assert all(job["timeout-minutes"] for job in read["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_from_github_and_pinned_by_commit(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert uses
    for use in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use), use


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_untrusted_input_never_appears_in_a_shell_line(path: Path) -> None:
    for step in steps(path.stem):
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_checkout_keeps_no_token(path: Path) -> None:
    for step in steps(path.stem):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_a_pull_request_has_read_only_permissions() -> None:
    check = workflow("check")
    assert set(check["on"]) == {"pull_request"}
    assert check["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in check["jobs"].values())


def test_a_pull_request_gets_no_secrets_and_writes_no_cache() -> None:
    written = (GITHUB / "workflows/check.yml").read_text("utf-8")
    assert not re.search(r"secrets\.|github\.token|actions/cache|cache:", written)


def test_no_workflow_runs_untrusted_code_with_our_permissions() -> None:
    assert WORKFLOWS
    for path in WORKFLOWS:
        assert "pull_request_target" not in workflow(path.stem)["on"], path


def test_the_comment_workflow_checks_out_only_main() -> None:
    comment = workflow("comment")
    assert set(comment["on"]) == {"workflow_run"}
    assert comment["on"]["workflow_run"]["workflows"] == [workflow("check")["name"]]
    assert comment["permissions"] == {}
    (job,) = comment["jobs"].values()
    assert job["permissions"] == {"actions": "read", "contents": "read", "pull-requests": "write"}
    (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"
    assert [step["run"] for step in job["steps"] if "run" in step] == [
        "python3 .github/comment.py report/report.txt"
    ]


def test_only_deployment_may_write_pages() -> None:
    publish = workflow("publish")
    assert publish["permissions"] == {"contents": "read"}
    assert set(publish["on"]) == {"push", "workflow_dispatch"}
    assert publish["on"]["push"] == {"branches": ["main"]}
    assert "permissions" not in publish["jobs"]["build"]
    assert publish["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert not any("run" in step for step in publish["jobs"]["deploy"]["steps"])


def test_ci_runs_the_commands_in_the_readme() -> None:
    lines = (REPOSITORY / ".ci/run").read_text("utf-8").splitlines()
    assert {"make site STRICT=1", "make test SLOW=1"} <= set(lines)
    assert os.access(REPOSITORY / ".ci/run", os.X_OK)


def test_every_line_is_run_by_these_tests_or_by_ci() -> None:
    lines = {step["run"] for path in WORKFLOWS for step in steps(path.stem) if "run" in step}
    tried = {
        '.ci/report "$BASE" report',
        'python3 .github/commit_subject.py "$BASE..$HEAD"',
        "python3 .github/comment.py report/report.txt",
    }
    assert lines == tried | RUN_BY_CI


# What the command that writes a report needs from this repository.
NEEDED = (".ci/report", "Makefile", "pyproject.toml", "constraints.txt")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout of a small glossary with our command for reports and with the commands installed here."""
    folder = committed_glossary(
        tmp_path / "glossary", {name: (REPOSITORY / name).read_bytes() for name in NEEDED}
    )
    (folder / ".ci/report").chmod(0o755)
    commands = folder / ".venv/bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to(sys.executable)
    (commands / "glossary").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m executable_glossary "$@"\n')
    (commands / "glossary").chmod(0o755)
    for made in ("python", "core"):
        (folder / ".venv" / made).touch()
    return folder


def run_line(line: str, folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(folder), **given}
    return subprocess.run(["bash", "-c", line], cwd=folder, env=surroundings, capture_output=True, text=True)


@pytest.mark.slow
def test_the_report_of_a_changed_entry_is_written_and_uploaded(clone: Path, tmp_path: Path) -> None:
    """Slow: renders the glossary six times."""
    change(clone / "concepts/dropout.yml", "term: Dropout", "term: Rightness")
    (line,) = (step["run"] for step in steps("check") if "report" in step.get("run", ""))
    ran = run_line(line, clone, BASE="HEAD", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert ran.returncode == 0, ran.stderr
    told = (clone / "report/report.md").read_text("utf-8")
    assert "Rightness" in told
    assert "Rightness" in (clone / "report/report.txt").read_text("utf-8")
    assert (tmp_path / "summary.md").read_text("utf-8") == told
    assert json.loads((clone / "report/report.json").read_text("utf-8"))["schema"] == 2


@pytest.mark.slow
def test_a_broken_entry_is_reported_as_well(clone: Path, tmp_path: Path) -> None:
    """Slow: renders the glossary three times."""
    (clone / "concepts/dropout.yml").write_text("term: [\n", "utf-8")
    ran = run_line('.ci/report "$BASE" report', clone, BASE="HEAD", GITHUB_STEP_SUMMARY=str(tmp_path / "s"))
    assert ran.returncode == 0, ran.stderr
    assert "concepts/dropout.yml" in (clone / "report/report.md").read_text("utf-8")


def test_an_unknown_revision_fails_the_check(clone: Path) -> None:
    ran = run_line('.ci/report "$BASE" report', clone, BASE="no-such-revision")
    assert ran.returncode != 0
    assert "no-such-revision" in ran.stderr


class _Api(BaseHTTPRequestHandler):
    """A fake of the part of the GitHub API that the comment uses; it stores requests."""

    server: _Repository

    def do_GET(self) -> None:
        page = int(self.path.rpartition("page=")[2]) if "&page=" in self.path else 1
        comments = self.server.comments[100 * (page - 1) : 100 * page]
        self._answer(self.server.pulls if "/pulls?" in self.path else comments)

    def do_POST(self) -> None:
        self._answer({"html_url": "posted"})

    def do_PATCH(self) -> None:
        self._answer({"html_url": "renewed"})

    def _answer(self, content: Any) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length))["body"] if length else ""
        self.server.asked.append((self.command, self.path, body))
        assert self.headers["Authorization"] == "Bearer of-the-tests"
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class _Repository(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.asked: list[tuple[str, str, str]] = []
        self.pulls: list[dict[str, Any]] = [
            {"number": 6, "head": {"sha": "of another"}},
            {"number": 7, "head": {"sha": "checked"}},
        ]
        self.comments: list[dict[str, Any]] = []
        self.status = 200


@pytest.fixture
def repository() -> Iterator[_Repository]:
    server = _Repository()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def comment(
    repository: _Repository, folder: Path, report: str | None, deleted: bool = False
) -> subprocess.CompletedProcess[str]:
    """Runs the line from the workflow as GitHub does after the check of a fork's branch."""
    event = {
        "workflow_run": {
            "head_sha": "checked",
            "head_branch": "a branch/with $(signs) & more",
            "head_repository": None if deleted else {"owner": {"login": "somebody"}},
            "html_url": "the-check",
        }
    }
    (folder / "event.json").write_text(json.dumps(event), "utf-8")
    (folder / ".github").mkdir(exist_ok=True)
    (folder / ".github/comment.py").write_bytes((GITHUB / "comment.py").read_bytes())
    (folder / "report").mkdir(exist_ok=True)
    if report is not None:
        (folder / "report/report.txt").write_text(report, "utf-8")
    (line,) = (step["run"] for step in steps("comment") if "run" in step)
    return run_line(
        line,
        folder,
        GITHUB_EVENT_PATH=str(folder / "event.json"),
        GITHUB_API_URL=f"http://127.0.0.1:{repository.server_port}",
        GITHUB_REPOSITORY="us/glossary",
        GITHUB_TOKEN="of-the-tests",
    )


def test_the_first_report_is_posted_to_the_pull_request_of_that_commit(
    repository: _Repository, tmp_path: Path
) -> None:
    ran = comment(repository, tmp_path, "What this changes")
    assert (ran.returncode, ran.stdout) == (0, "posted\n"), ran.stderr
    (pulls, _, (method, path, body)) = repository.asked
    assert pulls[1].endswith(
        "/pulls?state=open&head=somebody%3Aa%20branch%2Fwith%20%24%28signs%29%20%26%20more"
    )
    assert (method, path) == ("POST", "/repos/us/glossary/issues/7/comments")
    assert body.startswith("<!-- glossary report -->\n```text\nWhat this changes\n```\n")
    assert "[checked](the-check)" in body


def test_the_next_report_updates_only_our_comment(repository: _Repository, tmp_path: Path) -> None:
    repository.comments = [
        {"id": 1, "user": {"type": "User"}, "body": "<!-- glossary report --> I say so"},
        *({"id": 2, "user": {"type": "Bot"}, "body": "Another bot"} for _ in range(120)),
        {"id": 4, "user": None, "body": "<!-- glossary report -->\nof a deleted account"},
        {"id": 5, "user": {"type": "Bot"}, "body": None},
        {"id": 3, "user": {"type": "Bot"}, "body": "<!-- glossary report -->\nold"},
    ]
    assert comment(repository, tmp_path, "new").stdout == "renewed\n"
    assert repository.asked[-1][:2] == ("PATCH", "/repos/us/glossary/issues/comments/3")


def test_a_report_fits_the_limit(repository: _Repository, tmp_path: Path) -> None:
    comment(repository, tmp_path, "words and words\n" * 9000)
    body = repository.asked[-1][2]
    assert len(body) < 65_536
    assert "The report was truncated" in body
    comment(repository, tmp_path, "`" * 70_000)
    assert len(repository.asked[-1][2]) < 65_536
    (tmp_path / "report/report.txt").unlink()
    (tmp_path / "report/report.txt").symlink_to(tmp_path / "event.json")
    assert "There is no report" in comment(repository, tmp_path, None).stdout


def test_nothing_in_a_report_is_rendered(repository: _Repository, tmp_path: Path) -> None:
    """GitHub renders Markdown as CommonMark does, and looks for mentions and references only outside of code."""
    hostile = "```\n````text\n@everybody &#64;all ![x](https://example.org/x.png) us/other#1\n~~~\n<!-- glossary report -->\r\n`````\n\u202e"
    comment(repository, tmp_path, hostile)
    first, second, *rest = MarkdownIt().parse(repository.asked[-1][2])
    assert (first.type, second.type) == ("html_block", "fence")
    assert "@everybody &#64;all" in second.content
    assert "us/other#1" in second.content
    assert "\u202e" not in second.content
    assert [token.content for token in rest if token.type == "inline"] == [
        "<sub>Generated by this pull request's own code when it was [checked](the-check), with a preview to download.</sub>"
    ]


def test_the_fork_of_a_pull_request_can_be_deleted(repository: _Repository, tmp_path: Path) -> None:
    ran = comment(repository, tmp_path, "told", deleted=True)
    assert (ran.returncode, repository.asked) == (0, []), ran.stderr


def test_an_updated_pull_request_is_left_unchanged(repository: _Repository, tmp_path: Path) -> None:
    repository.pulls = [{"number": 7, "head": {"sha": "a later one"}}]
    ran = comment(repository, tmp_path, "told")
    assert ran.returncode == 0
    assert "no longer the latest commit" in ran.stdout
    assert [method for method, _, _ in repository.asked] == ["GET"]


def test_without_a_report_no_request_is_sent(repository: _Repository, tmp_path: Path) -> None:
    ran = comment(repository, tmp_path, None)
    assert (ran.returncode, repository.asked) == (0, [])
    assert "no report" in ran.stdout


def test_an_error_from_github_is_reported(repository: _Repository, tmp_path: Path) -> None:
    repository.status = 403
    ran = comment(repository, tmp_path, "told")
    assert ran.returncode == 1
    assert "403" in ran.stderr


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_use_fields_that_github_supports(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    names = [field["id"] for field in fields]
    assert len(names) == len(set(names))
    assert any(field.get("validations", {}).get("required") for field in fields)


@pytest.mark.parametrize(("field", "axis"), [("role", "roles"), ("audience", "audiences")])
def test_forms_list_the_existing_readers(field: str, axis: str) -> None:
    axes = yaml.safe_load((REPOSITORY / "concepts/_axes.yml").read_text("utf-8"))
    labels = [reader["label"] for reader in axes[axis]]
    asked = [
        question["attributes"]["options"]
        for path in FORMS
        for question in yaml.safe_load(path.read_text("utf-8"))["body"]
        if question.get("id") == field
    ]
    assert asked
    for options in asked:
        assert [option for option in options if not option.startswith("Everybody")] == labels


def test_the_pull_request_template_names_existing_commands() -> None:
    template = (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text("utf-8")
    for command in re.findall(r"`glossary ([a-z-]+)", template):
        assert command in COMMANDS
