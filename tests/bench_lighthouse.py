"""Prints the best, median, and worst Lighthouse performance score of five runs for five kinds of pages on a phone.

Run with `make bench-lighthouse` on an idle machine, because the score depends on the load.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path

from browser.conftest import NAMES, Site
from browser.lighthouse import lighthouse
from browser.server import serve
from browser.test_lighthouse import KINDS
from published_site import SUB_PATH, build_site

TRIES = 5


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    with tempfile.TemporaryDirectory() as name:
        build_site(Path(name))
        server = serve(Path(name), str(SUB_PATH))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = Site(Path(name) / SUB_PATH, f"http://127.0.0.1:{server.server_port}/{SUB_PATH}/")
        print(f"{'page':20}best  median  worst")
        for kind in KINDS:
            scores = sorted(score(site, kind, chromium) for _ in range(TRIES))
            print(f"{kind:20}{scores[-1]:4}{scores[TRIES // 2]:8}{scores[0]:7}")


def score(site: Site, kind: str, chromium: str) -> int:
    address = next(address for name, address in site.kinds.items() if name.startswith(kind))
    report = lighthouse(site.url + address, chromium, "--only-categories=performance")
    return round(100 * report["categories"]["performance"]["score"])


if __name__ == "__main__":
    main()
