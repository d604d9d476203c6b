"""Posts the report of a checked pull request as one comment, or renews it: python3 comment.py report.md

The report was written by the pull request's own code, so it is a text from a stranger: it is cut, nobody is named by
it, and it is never run. Which pull request is meant is asked of GitHub, not of the report. Standard library only, as
nothing is installed where this may write. Errors of the API end it with their status and answer.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

MARK = "<!-- glossary report -->"
# GitHub takes 65,536 characters.
LONGEST = 60_000
CUT = "\n\n… The report is longer: see the summary of the check.\n"


def main() -> None:
    report = Path(sys.argv[1])
    if not report.is_file():
        print("There is no report: the check ended before one was written.")
        return
    check = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text("utf-8"))["workflow_run"]
    number = pull_request(check)
    if number is None:
        print("No open pull request ends at the commit that was checked: it was closed, or changed since.")
        return
    print(post(number, comment(report, check["html_url"])))


def pull_request(check: dict[str, Any]) -> int | None:
    """The number of the open pull request whose last commit was checked; a fork's event does not name it."""
    owner, branch = check["head_repository"]["owner"]["login"], check["head_branch"]
    found = ask("GET", f"pulls?state=open&head={quote(f'{owner}:{branch}', safe='')}")
    return next((pull["number"] for pull in found if pull["head"]["sha"] == check["head_sha"]), None)


def comment(report: Path, check: str) -> str:
    """The report, cut, with a word joiner after each @ so that nobody is called."""
    with report.open(encoding="utf-8", errors="replace") as file:
        text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit("\n", 1)[0] + CUT
    text = text.replace(MARK, "").replace("@", "@\u2060").strip()
    said = (
        f"Written by the code of this pull request when it was [checked]({check}); the preview is kept there."
    )
    return f"{MARK}\n{text}\n\n<sub>{said}</sub>\n"


def post(number: int, body: str) -> str:
    """One comment for each pull request: the old one is renewed. Returns its address."""
    written = ask("GET", f"issues/{number}/comments?per_page=100")
    mine = (old for old in written if old["user"]["type"] == "Bot" and old["body"].startswith(MARK))
    old = next(mine, None)
    if old is None:
        return str(ask("POST", f"issues/{number}/comments", {"body": body})["html_url"])
    return str(ask("PATCH", f"issues/comments/{old['id']}", {"body": body})["html_url"])


def ask(method: str, path: str, content: dict[str, str] | None = None) -> Any:
    """An answer of GitHub's API about this repository."""
    address = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    data = None if content is None else json.dumps(content).encode()
    try:
        with urlopen(Request(address, data, headers, method=method), timeout=60) as answer:
            return json.load(answer)
    except HTTPError as error:
        sys.exit(f"{method} {path}: {error.code}: {error.read(2000).decode('utf-8', 'replace')}")


if __name__ == "__main__":
    main()
