"""Files that the user may not read: an example that looks at them is stored, runs again when they become readable, and
does not stop the build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from patience import PATIENCE

# Root reads every file, so these tests give up that right.
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
LIMITED = WITHOUT_RIGHTS if os.geteuid() == 0 else ()
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (shutil.which("setpriv") or not LIMITED), reason="root needs setpriv"
)
SCRIPT = '''"""Looks at files"""
from pathlib import Path

here = Path(__file__).parent
for name in ("secret.txt", "../closed/inside.txt"):
    try:
        print(name, (here / name).read_text())
    except OSError as error:
        print(name, type(error).__name__)
print(sorted(path.name for path in here.iterdir() if not path.name.startswith(".")))
'''


def glossary(folder: Path, *arguments: str, rights: tuple[str, ...] = LIMITED, code: int = 0) -> str:
    command = [*rights, sys.executable, "-m", "executable_glossary", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    glossary(tmp_path, "init", "bakery", rights=())
    examples = tmp_path / "bakery" / "examples"
    (examples / "looks.py").write_text(SCRIPT)
    (examples.parent / "closed").mkdir()
    for name in ("examples/secret.txt", "closed/inside.txt"):
        (examples.parent / name).write_text("rye")
    for name in ("examples/secret.txt", "closed"):
        os.chmod(examples.parent / name, 0)
    return examples.parent


def test_a_run_that_looks_at_unreadable_files_is_stored_until_they_become_readable(project: Path) -> None:
    assert "executed" in glossary(project, "run", "looks")
    assert "stored" in glossary(project, "run", "looks")
    for path, said in (("examples/secret.txt", "secret.txt"), ("closed", "closed/inside.txt")):
        os.chmod(project / path, 0o700)
        assert f"{said} changed" in glossary(project, "why", "looks")
        os.chmod(project / path, 0)
    assert "nothing changed" in glossary(project, "why", "looks")


def test_root_stores_a_run_that_has_fewer_rights(project: Path) -> None:
    glossary(project, "run", "looks", rights=())
    assert "stored" in glossary(project, "run", "looks", rights=())


@pytest.mark.slow
def test_a_page_offers_only_files_that_can_be_read(project: Path) -> None:
    glossary(project, "build")
    assert (project / "site" / "index.html").is_file()


def test_all_unreadable_content_is_reported_at_once(project: Path) -> None:
    (project / "examples" / "secret.txt").unlink()
    paths = ("concepts/beating.yml", "docs", "examples/looks.py", "examples/recorded", "templates/blocks")
    for path in paths:
        os.chmod(project / path, 0)
    said = glossary(project, "check", code=1)
    for path in paths:
        assert f"{path}: error[unreadable]: you have no permission" in said
        os.chmod(project / path, 0o700)
    assert said.count("error[") == len(paths)
