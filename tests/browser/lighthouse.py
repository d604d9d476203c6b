"""Runs Lighthouse on one page."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

LIGHTHOUSE = Path(__file__).parent / "node_modules/.bin/lighthouse"
CHROME = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"


def lighthouse(url: str, chromium: str, *options: str) -> dict[str, Any]:
    """The report, which contains `categories` and `audits`. Lighthouse emulates a phone."""
    command = [str(LIGHTHOUSE), url, "--quiet", "--output=json", CHROME, *options]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "CHROME_PATH": chromium}
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return report
