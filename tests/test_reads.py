"""Every read counts: after a change to anything that a run read, the run is stale, and the reason names the change.

`READS` has one row for each kind of input: the code that reads it, the change, the reason that `glossary why` gives,
and whether the change is noticed without tracing, when only files that Python itself opens or imports are recorded.
"""

from __future__ import annotations

import os
import py_compile
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from executable_glossary.execution import ForkServerRunner, Job, SubprocessRunner, file_hashes, observed_reads
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.execution.path_names import PathNames
from executable_glossary.execution.preload_reads import PreloadReads
from executable_glossary.execution.run_result import build_run, exit_from
from executable_glossary.execution.sandbox.path_trace import state
from executable_glossary.model.example import Example
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.model.run import Reads, Run
from executable_glossary.stages.execute import stale_reads
from executable_glossary.stages.execute.run_problems import run_problems
from executable_glossary.stages.execute.stale_reads import Inputs, changed_reads
from lasting_runner import LastingRunner
from patience import eventually
from test_isolation import WITHOUT_WALLS, with_other_walls

SOURCES = Path(observed_reads.__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="tracing needs Linux")
HEAD = '"""Title"""\nimport os, subprocess, sys\nfrom pathlib import Path\nHERE = Path(__file__).parent\n'
TEXT = "from pathlib import Path\ndef text(name): return (Path(__file__).parent / name).read_text()\n"


@dataclass(frozen=True)
class Read:
    """One kind of input. `change` receives the examples folder; `said` is part of the reason; `untraced` is true if the
    change is noticed without tracing."""

    code: str
    change: Callable[[Path], object]
    said: str
    untraced: bool = False
    needs: str = "os"


def edit(name: str, text: str = "2") -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def rmdir(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).rmdir()


def replace_keeping_time(folder: Path) -> None:
    """Changes the content but not the size or the modification time, as `cp -p` can."""
    before = (folder / "one.txt").stat()
    (folder / "one.txt").write_text("7")
    os.utime(folder / "one.txt", ns=(before.st_atime_ns, before.st_mtime_ns))


def turn_link(folder: Path) -> None:
    (folder / "link.txt").unlink()
    (folder / "link.txt").symlink_to("two.txt")


def turn_folder_link(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "m.py").write_text("value = 1\n")
    (folder / "latest").unlink()
    (folder / "latest").symlink_to("other")


def turn_outer_link(folder: Path) -> None:
    (folder / "../outer").unlink()
    (folder / "../outer").symlink_to("examples")


def update_database(folder: Path) -> None:
    with sqlite3.connect(folder / "base.db") as base:
        base.execute("insert into t values (8)")


def repack(folder: Path) -> None:
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("inside.py", "value = 2\n")


def link_program(folder: Path) -> bool:
    """Make a program whose loader is a file in the project. Returns whether this system supports that."""
    loader = next(Path("/").glob("lib*/ld-linux-*.so.*"), None)
    if loader is None or not shutil.which("gcc"):
        return False
    shutil.copy(loader, folder / "loader")
    command = ["gcc", "-x", "c", "-", "-o", folder / "program", f"-Wl,--dynamic-linker={folder / 'loader'}"]
    return not subprocess.run(command, input=b"int main(void) { return 3; }").returncode


def odd(folder: Path, name: bytes = b"caf\xe9") -> Path:
    """A file whose name is not UTF-8."""
    return folder / os.fsdecode(name)


def _cache(folder: Path, name: str, mode: PycInvalidationMode = PycInvalidationMode.TIMESTAMP) -> None:
    py_compile.compile(str(folder / f"{name}.py"), invalidation_mode=mode, quiet=2)


def recompile(folder: Path) -> None:
    _cache(folder, "unchecked", PycInvalidationMode.UNCHECKED_HASH)


def becomes_link(name: str) -> Callable[[Path], object]:
    """Move the file or folder with this name to the parent folder, and leave a link to it."""

    def change(folder: Path) -> None:
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to(folder.parent / "elsewhere")

    return change


def lengthen_compiled(folder: Path) -> None:
    for path in (folder / "__pycache__").glob("_reader.*"):
        path.write_bytes(path.read_bytes() + b"more")


# Code that prepares for system calls without functions in Python. Since Linux 5.1, new calls have the same number on all
# architectures.
CALL = "import ctypes, struct\nlibrary = ctypes.CDLL(None)\n"
# Code that writes a script whose interpreter is a file in the project.
OWN_SCRIPT = "open('own', 'w').write(f'#!{HERE / \"data/shell\"}')\nos.chmod('own', 0o755)\n"


def change_shell(folder: Path) -> None:
    shutil.copyfile(shutil.which("echo") or "", folder / "data/shell")


READS = {
    "opened": Read("open(HERE / 'one.txt').read()", edit("one.txt"), "one.txt changed", True),
    "opened, same time": Read("open(HERE / 'one.txt').read()", replace_keeping_time, "one.txt changed", True),
    "deleted": Read("open(HERE / 'one.txt').read()", remove("one.txt"), "one.txt was deleted", True),
    "os.open": Read("os.read(os.open(HERE / 'one.txt', os.O_RDONLY), 9)", edit("one.txt"), "one.txt changed", True),
    "relative to a descriptor": Read(
        "folder = os.open(HERE / 'data', os.O_RDONLY)\nos.open('a.csv', os.O_RDONLY, dir_fd=folder)",
        edit("data/a.csv"),
        "data/a.csv changed",
    ),
    "relative to a changed folder": Read("os.chdir(HERE)\nopen('one.txt').read()", edit("one.txt"), "one.txt changed", True),
    "through `..`": Read("open(HERE / 'data' / '..' / 'one.txt').read()", edit("one.txt"), "one.txt changed", True),
    "memory map": Read(
        "import mmap\nwith open(HERE / 'one.txt', 'rb') as file: mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)[:]",
        edit("one.txt"), "one.txt changed", True),
    "link": Read("open(HERE / 'link.txt').read()", turn_link, "link.txt changed", True),
    "target of a link": Read("open(HERE / 'link.txt').read()", edit("one.txt"), "link.txt changed", True),
    "by name, beside the script": Read("open('one.txt').read()", edit("one.txt"), "one.txt changed", True),
    "by name, missing": Read("os.path.exists('later.txt')", edit("later.txt"), "later.txt now exists"),
    "by name, in a missing folder": Read(
        "os.path.exists('new/later.txt')",
        lambda folder: ((folder / "new").mkdir(), edit("new/later.txt")(folder)),
        "new/later.txt now exists",
    ),
    "listdir, by name": Read("os.listdir('.')", edit("later.txt"), "the list of files in examples/ changed"),
    "glob, by name": Read(
        "import glob\nglob.glob('data/*.csv')", edit("data/c.csv"), "the list of files in data/ changed"
    ),
    "moved by the run": Read(
        "import shutil\nshutil.move('one.txt', 'in.txt')\nopen('in.txt').read()", edit("one.txt"), "one.txt changed"
    ),
    "in a folder moved by the run": Read(
        "os.rename('data', 'now')\nopen('now/a.csv').read()", edit("data/a.csv"), "data/a.csv changed"
    ),
    "a folder moved by the run": Read(
        "os.rename('data', 'now')\nos.listdir('now')", edit("data/c.csv"), "the list of files in data/ changed"
    ),
    "missing in a folder moved by the run": Read(
        "os.system('mv data now')\nos.path.exists('now/c.csv')", edit("data/c.csv"), "data/c.csv now exists"
    ),
    "linked by the run": Read(
        "os.symlink('one.txt', 'new')\nos.system('cat new')", edit("one.txt"), "one.txt changed"
    ),
    "in a folder linked by the run": Read(
        "os.symlink('data', 'new')\nos.system('cat new/a.csv')", edit("data/a.csv"), "data/a.csv changed"
    ),
    "through a temporary link": Read(
        "os.symlink(HERE / 'one.txt', '/tmp/link')\nos.system('cat /tmp/link')", edit("one.txt"), "one.txt changed"
    ),
    "in a folder with a temporary link": Read(
        "os.symlink(HERE / 'data', '/var/tmp/new')\nos.system('cat /var/tmp/new/a.csv')", edit("data/a.csv"),
        "data/a.csv changed",
    ),
    "relative to a temporary folder": Read(
        "os.symlink(HERE, '/tmp/new')\nos.chdir('/tmp')\nos.path.exists('new/data/c.csv')", edit("data/c.csv"),
        "data/c.csv now exists",
    ),
    "hard link made by the run": Read(
        "os.link('one.txt', 'new')\nos.system('cat new')", edit("one.txt"), "one.txt changed"
    ),
    "moved over a file of the run": Read(
        "open('in', 'w').close()\nopen('in').close()\nos.replace('one.txt', 'in')\nopen('in').read()",
        edit("one.txt"), "one.txt changed",
    ),
    "a link moved by the run": Read(
        "os.rename('link.txt', 'new')\nos.system('cat new')", turn_link, "the symbolic link link.txt changed"
    ),
    "appended to, then read": Read(
        "open('one.txt', 'a').write('3')\nos.system('cat one.txt')", edit("one.txt"), "one.txt changed"
    ),
    "not emptied, but read": Read(
        "os.system('cat one.txt')\nopen('one.txt', 'w').close()", edit("one.txt"), "one.txt changed"
    ),
    "cat, by name": Read("os.system('cat one.txt')", edit("one.txt"), "one.txt changed"),
    "link to a folder": Read("(HERE / 'latest' / 'm.py').read_text()", turn_folder_link, "the symbolic link latest changed", True),
    "link to a folder, by name": Read("open('latest/m.py').read()", turn_folder_link, "the symbolic link latest changed", untraced=True),
    "link to a folder, resolved": Read(
        "((HERE / 'latest').resolve() / 'm.py').read_text()", turn_folder_link, "the symbolic link latest changed"
    ),
    "link to a folder, working folder": Read(
        "os.chdir(HERE / 'latest')\nopen('m.py').read()", turn_folder_link, "the symbolic link latest changed"
    ),
    "link to a folder, ..": Read(
        "open(os.path.join(HERE, 'data', '..', 'latest', 'm.py')).read()", turn_folder_link, "the symbolic link latest changed", True
    ),
    "link to a folder, child": Read(
        "os.system(f'cd {HERE}/latest && cat m.py')", turn_folder_link, "the symbolic link latest changed"
    ),
    "dangling link": Read(
        "os.path.exists(HERE / 'dangling')", edit("nowhere"), "dangling now exists"
    ),
    "becomes a link": Read(
        "os.path.islink(HERE / 'one.txt')", becomes_link("one.txt"), "one.txt became a symbolic link"
    ),
    "becomes a link, by name": Read(
        "os.path.islink('one.txt')", becomes_link("one.txt"), "one.txt became a symbolic link"
    ),
    "becomes a link, in a list": Read(
        "[entry.is_symlink() for entry in os.scandir(HERE / 'data')]", becomes_link("data/a.csv"),
        "the list of files in data/ changed",
    ),
    "becomes a link, walk": Read(
        "list(os.walk(HERE / 'data'))", becomes_link("data/deep"), "data/deep became a symbolic link"
    ),
    "becomes a link, above": Read(
        "open(HERE / 'data' / 'a.csv').read()", becomes_link("data"), "data became a symbolic link", True
    ),
    "becomes a link, above a missing file": Read(
        "os.path.exists(HERE / 'data' / 'x')", becomes_link("data"), "data became a symbolic link"
    ),
    "becomes a link, imported": Read("import _module", becomes_link("_module.py"), "_module.py became a symbolic link", True),
    "a new dangling link": Read(
        "os.path.lexists(HERE / 'new')", lambda folder: (folder / "new").symlink_to("gone"), "new now exists"
    ),
    "make a folder": Read(
        "try: os.mkdir(HERE / 'more')\nexcept OSError: pass", lambda folder: (folder / "more").mkdir(), "more now exists"
    ),
    "through /dev/fd": Read(
        "folder = os.open(HERE / 'data', os.O_RDONLY)\nopen(f'/dev/fd/{folder}/m.py').read()",
        edit("data/m.py", "value = 4\n"), "data/m.py changed",
    ),
    "a name like that of compiled files": Read(
        "os.listdir(HERE / 'data')", edit("data/__pycache__.txt"), "the list of files in data/ changed"
    ),
    "compiled, not checked": Read("import unchecked", recompile, "unchecked.cpython", True),
    "compiled, not imported": Read(
        "import glob\n[open(name, 'rb').read() for name in glob.glob(str(HERE / '__pycache__' / '*.pyc'))]",
        recompile, "unchecked.cpython", True),
    "compiled, listed": Read(
        "list(HERE.rglob('*'))", edit("__pycache__/new.pyc"), "the list of files in __pycache__/ changed"),
    "hidden file, existence": Read(
        "(HERE.parent / '.flag').exists()", remove("../.flag"), ".flag was deleted"),
    "hidden file, size": Read("(HERE.parent / '.flag').stat().st_size", edit("../.flag", "long"), ".flag changed"),
    "hidden folder": Read(
        "(HERE.parent / '.git').is_dir()", lambda folder: shutil.rmtree(folder / "../.git"), ".git was deleted"),
    "in a hidden folder": Read(
        "(HERE.parent / '.git' / 'HEAD').exists()", remove("../.git/HEAD"), ".git/HEAD was deleted"),
    "hidden file, missing": Read("(HERE.parent / '.env').exists()", edit("../.env"), ".env now exists"),
    "pipe": Read("(HERE / 'pipe').exists()", remove("pipe"), "pipe was deleted"),
    "a pipe becomes a file": Read(
        "(HERE / 'pipe').is_fifo()", lambda folder: (remove("pipe")(folder), edit("pipe")(folder)), "pipe changed"),
    "utime, missing": Read("try: os.utime(HERE / 'new')\nexcept OSError: pass", edit("new"), "new now exists"),
    "chmod, missing": Read("try: os.chmod(HERE / 'new', 0)\nexcept OSError: pass", edit("new"), "new now exists"),
    "mkdir, existing": Read(
        "try: os.mkdir(HERE / 'data')\nexcept OSError: pass", lambda folder: shutil.rmtree(folder / "data"),
        "the folder data was removed"),
    "exclusive": Read(
        "try: open(HERE / 'one.txt', 'x')\nexcept OSError: pass", remove("one.txt"), "one.txt was deleted"),
    "exclusive, by name": Read(
        "try: open('one.txt', 'x')\nexcept OSError: pass", remove("one.txt"), "one.txt was deleted"),
    "symlink, existing": Read(
        "try: os.symlink('x', HERE / 'one.txt')\nexcept OSError: pass", remove("one.txt"), "one.txt was deleted"),
    "link, existing": Read(
        "open('x', 'w').close()\ntry: os.link('x', 'one.txt')\nexcept OSError: pass", remove("one.txt"),
        "one.txt was deleted"),
    "unlink": Read("os.unlink('one.txt')", remove("one.txt"), "one.txt was deleted"),
    "braces": Read("open(HERE.parent / '{{name}}' / 'x').read()", edit("../{{name}}/x"), "{{name}}/x changed", True),
    "braces, named like a part": Read(
        "open(HERE.parent / '{purelib}').read()", edit("../{purelib}"), "{purelib} changed", True),
    "not UTF-8": Read(
        "open(os.fsencode(HERE) + b'/caf\\xe9').read()", lambda folder: odd(folder).write_text("2"), "changed"),
    "not UTF-8, missing": Read(
        "os.path.exists(os.fsencode(HERE) + b'/\\xff')",
        lambda folder: odd(folder, b"\xff").touch(), "now exists"),
    "not UTF-8, listed": Read(
        "os.listdir(HERE)", lambda folder: odd(folder, b"\xff").touch(), "the list of files in examples/ changed"),
    "not UTF-8, link": Read(
        "os.readlink(HERE / 'odd')", lambda folder: (remove("odd")(folder), (folder / "odd").symlink_to("one.txt")),
        "the symbolic link odd changed"),
    "two slashes": Read("open(f'/{HERE}/one.txt').read()", edit("one.txt"), "one.txt changed", True),
    "two slashes, by name": Read("open(f'/{os.getcwd()}/one.txt').read()", edit("one.txt"), "one.txt changed", True),
    "through /proc": Read(
        "folder = os.open(HERE / 'data', os.O_RDONLY)\nopen(f'/proc/{os.getpid()}/fd/{folder}/a.csv').read()",
        edit("data/a.csv"), "data/a.csv changed"),
    "through /proc, another process": Read(
        "code = f'import os, sys; os.chdir({str(HERE / \"data\")!r}); print(flush=True); sys.stdin.read()'\n"
        "child = subprocess.Popen([sys.executable, '-c', code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\nopen(f'/proc/{child.pid}/cwd/a.csv').read()\nchild.communicate()",
        edit("data/a.csv"), "data/a.csv changed"),
    "link in the temporary folder": Read(
        "import tempfile\ntemp = tempfile.mkdtemp()\nos.symlink(HERE / 'one.txt', f'{temp}/in')\nopen(f'{temp}/in').read()",
        edit("one.txt"), "one.txt changed"),
    "link to a folder, in the home directory": Read(
        "home = Path.home()\n(home / 'in').symlink_to(HERE / 'data')\n(home / 'next').symlink_to('in')\n"
        "os.system('cat ~/next/a.csv')", edit("data/a.csv"), "data/a.csv changed"),
    "missing, in a folder linked in the temporary folder": Read(
        "import tempfile\nos.symlink(HERE / 'data', f'{tempfile.gettempdir()}/in')\n"
        "list(Path(tempfile.gettempdir(), 'in').glob('*.csv'))", edit("data/c.csv"), "the list of files in data/ changed"),
    "imported by a child through the temporary folder": Read(
        "import tempfile\ntemp = tempfile.mkdtemp()\nos.symlink(HERE / '_module.py', f'{temp}/linked.py')\n"
        "subprocess.run([sys.executable, '-c', f'import sys; sys.path.insert(0, {temp!r}); import linked'], check=True)",
        edit("_module.py", "value = 2\n"), "_module.py changed"),
    "program linked in the temporary folder": Read(
        "import tempfile\ntemp = tempfile.mkdtemp()\nos.symlink(HERE / 'tool', f'{temp}/tool')\n"
        "subprocess.run([f'{temp}/tool'], check=True)", edit("tool", "#!/bin/sh\nexit 0\n"), "tool changed"),
    "link in shared memory": Read(
        "os.symlink(HERE / 'one.txt', f'/dev/shm/glossary-{os.getpid()}')\n"
        "open(f'/dev/shm/glossary-{os.getpid()}').read()\nos.unlink(f'/dev/shm/glossary-{os.getpid()}')",
        edit("one.txt"), "one.txt changed"),
    "link to a descriptor": Read(
        "folder = os.open(HERE / 'data', os.O_RDONLY)\nos.symlink(f'/proc/self/fd/{folder}', 'new')\n"
        "import ctypes\nctypes.CDLL(None).fopen(b'new/a.csv', b'r')",
        edit("data/a.csv"), "data/a.csv changed"),
    "relative to /proc/self/fd": Read(
        "folder, base = os.open(HERE / 'data', os.O_PATH), os.open('/proc/self/fd', os.O_RDONLY)\n"
        "os.open(f'{folder}/a.csv', os.O_RDONLY, dir_fd=base)", edit("data/a.csv"), "data/a.csv changed"),
    "working folder in /proc": Read(
        "folder = os.open(HERE / 'data', os.O_PATH)\nos.chdir('/proc/self/fd')\nopen(f'{folder}/a.csv').read()",
        edit("data/a.csv"), "data/a.csv changed"),
    "through /proc, with dots": Read(
        "os.chdir(HERE / 'data')\nopen('/proc/./self/../self/cwd/a.csv').read()", edit("data/a.csv"), "data/a.csv changed"),
    "openat2, own root": Read(
        f"{CALL}folder = os.open(HERE / 'data', os.O_PATH)\nos.symlink('/a.csv', 'x')\n"
        "assert library.syscall(437, folder, b'/../a.csv', struct.pack('QQQ', os.O_RDONLY, 0, 0x10), 24) > 0",
        edit("data/a.csv"), "data/a.csv changed"),
    "openat2, own root, through a link": Read(
        f"{CALL}folder = os.open(HERE.parent, os.O_PATH)\n"
        "assert library.syscall(437, folder, b'/outer/a.csv', struct.pack('QQQ', os.O_RDONLY, 0, 0x10), 24) > 0",
        turn_outer_link, "outer changed"),
    "appended to": Read("open('one.txt', 'a').tell()", edit("one.txt", ""), "one.txt changed"),
    "opened for writing": Read("os.open('one.txt', os.O_WRONLY)", edit("one.txt", ""), "one.txt changed"),
    "opened for writing, missing": Read(
        "try: os.open(HERE / 'new', os.O_WRONLY)\nexcept OSError: pass", edit("new"), "new now exists"),
    "opened for writing, refused": Read(
        "try: os.open(HERE / 'one.txt', os.O_WRONLY)\nexcept OSError: pass", remove("one.txt"), "one.txt was deleted"),
    "emptied, only if it exists": Read(
        "try: os.open('new', os.O_WRONLY | os.O_TRUNC)\nexcept OSError: pass", edit("new"), "new now exists"),
    "created, but a folder is put there": Read(
        "open('new', 'w').close()", lambda folder: (folder / "new").mkdir(),
        "new is in the way of a file that the run creates"),
    "created beside the script": Read(
        "open(HERE / 'new', 'w').close()", lambda folder: (folder / "new").symlink_to("nothing"),
        "new became a symbolic link"),
    "replaced, but a folder takes its place": Read(
        "open('part', 'w').close()\nos.rename('part', 'one.txt')",
        lambda folder: ((folder / "one.txt").unlink(), (folder / "one.txt").mkdir()),
        "one.txt is in the way of a file that the run creates"),
    "written, but a folder is there": Read(
        "try: open('data', 'w')\nexcept OSError: pass", lambda folder: shutil.rmtree(folder / "data"), "data was removed"),
    "rename to a missing folder": Read(
        "os.mkdir('part')\nos.rename('part', 'new')", lambda folder: (folder / "new").mkdir(), "new now exists"),
    "rename to a folder": Read(
        "os.mkdir('part')\ntry: os.rename('part', 'data/deep')\nexcept OSError: pass", edit("data/deep/x"),
        "the list of files in data/deep/ changed"),
    "rename of a file to a folder": Read(
        "open('part', 'w').close()\ntry: os.rename('part', 'data/deep')\nexcept OSError: pass",
        lambda folder: (folder / "data/deep").rmdir(), "data/deep was removed"),
    "rename of a folder to a file": Read(
        "os.mkdir('part')\ntry: os.rename('part', 'one.txt')\nexcept OSError: pass", remove("one.txt"), "one.txt was deleted"),
    "rename without replacing": Read(
        f"{CALL}open('part', 'w').close()\nassert library.renameat2(-100, b'part', -100, b'one.txt', 1)", remove("one.txt"),
        "one.txt was deleted"),
    "rename without replacing, missing": Read(
        f"{CALL}open('part', 'w').close()\nassert not library.renameat2(-100, b'part', -100, b'new', 1)", edit("new"), "new now exists"),
    "rmdir": Read("try: os.rmdir('data')\nexcept OSError: pass", edit("data/x"), "the list of files in data/ changed"),
    "rmdir, empty": Read("os.rmdir('data/deep')", edit("data/deep/x"), "the list of files in data/deep/ changed"),
    "listed by a program, then moved": Read(
        "subprocess.run(['ls', 'data'], check=True)\nos.rename('data', 'now')", edit("data/c.csv"),
        "the list of files in data/ changed"),
    "listed by a program, then removed": Read(
        "subprocess.run(['ls', 'data'], check=True)\nimport shutil\nos.system('rm -r data')", edit("data/c.csv"),
        "the list of files in data/ changed"),
    "interpreter of a script written by the run": Read(
        f"{OWN_SCRIPT}subprocess.run(['./own'], check=True)", change_shell, "data/shell changed"),
    "interpreter of a script in the temporary folder": Read(
        f"{OWN_SCRIPT}import tempfile\ntemp = tempfile.mkdtemp()\nos.rename('own', f'{{temp}}/own')\n"
        "subprocess.run([f'{temp}/own'], check=True)", change_shell, "data/shell changed"),
    "interpreter of a script in memory": Read(
        f"{OWN_SCRIPT}file = os.memfd_create('own', 0)\nos.write(file, open('own', 'rb').read())\n"
        "subprocess.run([f'/proc/self/fd/{file}'], pass_fds=[file], check=True)", change_shell, "data/shell changed"),
    "interpreter of an interpreter written by the run": Read(
        f"{OWN_SCRIPT}open('next', 'w').write('#!./own')\nos.chmod('next', 0o755)\n"
        "subprocess.run(['./next'], check=True)", change_shell, "data/shell changed"),
    "loader of a program written by the run": Read(
        "import shutil\nshutil.copy('program', 'own')\nassert subprocess.run(['./own']).returncode == 3", edit("loader"),
        "loader changed", needs="gcc"),
    "file attributes": Read(
        f"{CALL}library.syscall(468, -100, os.fsencode(HERE / 'one.txt'), bytes(24), 24, 0)", remove("one.txt"), "one.txt was deleted"),
    "umount": Read(f"{CALL}library.umount2(os.fsencode(HERE / 'one.txt'), 0)", remove("one.txt"), "one.txt was deleted"),
    "fanotify": Read(
        f"{CALL}library.fanotify_mark(-1, 1, ctypes.c_uint64(2), -100, os.fsencode(HERE / 'one.txt'))",
        remove("one.txt"), "one.txt was deleted"),
    "connect": Read(
        "import socket\nsocket.socket(socket.AF_UNIX).connect_ex('one.txt')", remove("one.txt"), "one.txt was deleted"),
    "bind": Read(
        "import socket\ntry: socket.socket(socket.AF_UNIX).bind('one.txt')\nexcept OSError: pass", remove("one.txt"),
        "one.txt was deleted"),
    "sendto": Read(
        "import socket\ntry: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'', 'one.txt')\nexcept OSError: pass",
        remove("one.txt"), "one.txt was deleted"),
    "link to a folder in a folder beside the script, ..": Read(
        "open('inner/lnk/../a.csv').read()", edit("data/a.csv"), "data/a.csv changed"),
    "link to a folder in a folder beside the script, .., another target": Read(
        "open('inner/lnk/../a.csv').read()",
        lambda folder: ((folder / "inner/lnk").unlink(), (folder / "inner/lnk").symlink_to("..")), "inner/lnk changed"),
    "a dangling link beside the script": Read(
        "import glob\nglob.glob('*')", edit("../nowhere"), "the list of files in examples/ changed"),
    "a pipe in a list": Read(
        "[entry.is_file() for entry in os.scandir(HERE / 'data')]",
        lambda folder: (remove("data/a.csv")(folder), os.mkfifo(folder / "data/a.csv")),
        "the list of files in data/ changed"),
    "missing in braces": Read(
        "(HERE.parent / '{{name}}' / 'new').exists()", edit("../{{name}}/new"), "{{name}}/new now exists"),
    "missing name in braces": Read("(HERE.parent / '{new}').exists()", edit("../{new}"), "{new} now exists"),
    "braces, becomes a link": Read(
        "open(HERE.parent / '{{name}}' / 'x').read()", becomes_link("../{{name}}"), "{{name}} became a symbolic link", True),
    "a folder named like a part": Read(
        "os.path.exists(HERE.parent / '{stdlib}' / 'json')", lambda folder: edit("../{stdlib}/json")(folder),
        "{stdlib}/json now exists"),
    "not a folder": Read(
        "try: open(HERE / 'new' / 'x')\nexcept FileNotFoundError: pass", edit("new"), "new now exists"),
    "not a folder any more": Read(
        "try: open(HERE / 'one.txt' / 'x')\nexcept NotADirectoryError: pass", remove("one.txt"), "one.txt was deleted"),
    "a name with a private character": Read(
        "open(HERE / '\\U0010fec9.txt').read()", edit("\U0010fec9.txt"), "\U0010fec9.txt changed", True),
    "a name with two private characters, missing": Read(
        "os.path.exists(HERE / '\\U0010fe00\\U0010feff')", edit("\U0010fe00\U0010feff"), "now exists"),
    "compiled, read as data": Read(
        "(HERE / '_reader.py').read_text()\n[path.read_bytes() for path in (HERE / '__pycache__').iterdir()]",
        lengthen_compiled, "_reader.cpython"),
    "only looked at": Read("(HERE / 'one.txt').exists()", remove("one.txt"), "one.txt was deleted"),
    "size": Read("os.path.getsize(HERE / 'one.txt')", edit("one.txt", "long"), "one.txt changed"),
    "missing": Read("(HERE / 'later.txt').exists()", edit("later.txt"), "later.txt now exists"),
    "missing, by exception": Read(
        "try: open(HERE / 'later.txt')\nexcept OSError: pass", edit("later.txt"), "later.txt now exists"),
    "missing folder": Read("os.path.isdir(HERE / 'more')", lambda folder: (folder / "more").mkdir(), "more now exists"),
    "listdir": Read("os.listdir(HERE / 'data')", edit("data/new.txt"), "the list of files in data/ changed"),
    "listdir, removed": Read("os.listdir(HERE / 'data')", remove("data/a.csv"), "the list of files in data/ changed"),
    "scandir, renamed": Read(
        "list(os.scandir(HERE / 'data'))",
        lambda folder: (folder / "data" / "a.csv").rename(folder / "data" / "b.csv"), "the list of files in data/ changed"),
    "a new package": Read(
        "sys.path.insert(0, str(HERE))\nimport importlib.metadata as m\nlist(m.entry_points())",
        lambda folder: (folder / "new-1.0.dist-info").mkdir(),
        "the packages installed in",
    ),
    "glob": Read("list(HERE.glob('data/*.csv'))", edit("data/c.csv"), "the list of files in data/ changed"),
    "walk": Read("list(os.walk(HERE / 'data'))", edit("data/deep/d.csv"), "the list of files in data/deep/ changed"),
    "a folder becomes a file": Read(
        "os.path.isdir(HERE / 'data' / 'deep')",
        lambda folder: (shutil.rmtree(folder / "data" / "deep"), edit("data/deep")(folder)), "data/deep was removed"),
    "an empty folder is removed": Read(
        "os.listdir(HERE / 'data/deep')", rmdir("data/deep"), "the folder data/deep was removed"),
    "an empty folder is removed, by name": Read(
        "os.listdir('data/deep')", rmdir("data/deep"), "the folder data/deep was removed"),
    "a folder with hidden files only is removed": Read(
        "os.listdir(HERE / 'unseen')", lambda folder: shutil.rmtree(folder / "unseen"), "the folder unseen was removed"),
    "an empty folder becomes a file": Read(
        "os.system(f'ls {HERE}/data/deep')", lambda folder: (rmdir("data/deep")(folder), edit("data/deep")(folder)),
        "the folder data/deep was removed"),
    "a folder before `..`": Read(
        "open(HERE / 'data/deep/../a.csv').read()", rmdir("data/deep"), "the folder data/deep was removed"),
    "a folder before `..`, by name": Read(
        "open('data/deep/../a.csv').read()", rmdir("data/deep"), "the folder data/deep was removed"),
    "a folder before two `..`": Read(
        "open(HERE / 'data/deep/../../one.txt').read()", becomes_link("data/deep"), "data/deep became a symbolic link"),
    "a missing folder before `..`": Read(
        "os.path.exists(HERE / 'new/../one.txt')", lambda folder: (folder / "new").mkdir(), "new now exists"),
    "a missing folder before `..`, by name": Read(
        "os.path.exists('new/../one.txt')", lambda folder: (folder / "new").mkdir(), "new now exists"),
    "a file before `..`": Read("os.path.exists(HERE / 'two.txt/../one.txt')", remove("two.txt"), "two.txt was deleted"),
    "a folder before `..` in the name of an interpreter": Read(
        "open('own', 'w').write(f'#!{HERE}/data/deep/../shell')\nos.chmod('own', 0o755)\n"
        "subprocess.run(['./own'], check=True)", rmdir("data/deep"), "the folder data/deep was removed"),
    "a file is created in a folder": Read(
        "open('data/deep/new', 'w').close()", rmdir("data/deep"), "the folder data/deep was removed"),
    "a folder is created in a folder": Read(
        "os.mkdir('data/deep/new')", rmdir("data/deep"), "the folder data/deep was removed"),
    "a link is created in a folder": Read(
        "os.symlink('x', 'data/deep/new')", rmdir("data/deep"), "the folder data/deep was removed"),
    "a file is moved to a folder": Read(
        "open('part', 'w').close()\nos.rename('part', 'data/deep/new')", rmdir("data/deep"),
        "the folder data/deep was removed"),
    "a file is created in a missing folder": Read(
        "try: open('new/x', 'w')\nexcept OSError: pass", lambda folder: (folder / "new").mkdir(), "new now exists"),
    "a file is created in a file": Read(
        "try: open('two.txt/x', 'w')\nexcept OSError: pass", remove("two.txt"), "two.txt was deleted"),
    "imported": Read("import _module", edit("_module.py", "value = 2\n"), "_module.py changed", True),
    "failed import": Read(
        "try: import _fast\nexcept ImportError: pass", edit("_fast.py", ""), "_fast.py now exists"),
    "failed import of a package": Read(
        "try: import _fast\nexcept ImportError: pass",
        lambda folder: (folder / "_fast").mkdir(), "_fast now exists"),
    "imported by path": Read(
        "import importlib.util as u\nspec = u.spec_from_file_location('m', HERE / 'data' / 'm.py')\n"
        "spec.loader.exec_module(u.module_from_spec(spec))",
        edit("data/m.py", "value = 2\n"), "data/m.py changed", True),
    "imported from a zip file": Read(
        "sys.path.insert(0, str(HERE / 'packed.zip'))\nimport inside", repack, "packed.zip changed", True),
    "compiled module": Read(
        "import _compiled", lambda folder: shutil.copyfile(folder / "_other.pyc", folder / "_compiled.pyc"),
        "_compiled.pyc changed", True),
    "cat": Read("subprocess.run(['cat', HERE / 'one.txt'], check=True)", edit("one.txt"), "one.txt changed"),
    "shell": Read("os.system(f'cat {HERE}/one.txt')", edit("one.txt"), "one.txt changed"),
    "helper script": Read(
        "subprocess.run([sys.executable, HERE / 'data' / 'm.py'], check=True)", edit("data/m.py", "value = 3\n"),
        "data/m.py changed"),
    "what a helper script reads": Read(
        "subprocess.run([sys.executable, '-c', f'open(\"{HERE}/one.txt\")'], check=True)", edit("one.txt"),
        "one.txt changed"),
    "program": Read("subprocess.run([HERE / 'tool'], check=True)", edit("tool", "#!/bin/sh\nexit 0\n"), "tool changed"),
    "relative interpreter": Read(
        "subprocess.run([HERE / 'script'], cwd=HERE / 'data', check=True)",
        change_shell, "data/shell changed"),
    "loader": Read(
        "assert subprocess.run([HERE / 'program']).returncode == 3", edit("loader"), "loader changed", needs="gcc"),
    "os.fork": Read(
        "pid = os.fork()\nif not pid:\n    open(HERE / 'one.txt').read()\n    os._exit(0)\nos.waitpid(pid, 0)",
        edit("one.txt"), "one.txt changed"),
    "os.fork, setsid": Read(
        "pid = os.fork()\nif not pid:\n    os.setsid()\n    os.system(f'cat {HERE}/one.txt')\n    os._exit(0)\n"
        "os.waitpid(pid, 0)",
        edit("one.txt"), "one.txt changed"),
    "pool, fork": Read(
        "import multiprocessing as m\nimport _reader\nwith m.get_context('fork').Pool(2) as pool:\n"
        "    pool.map(_reader.text, ['one.txt'])",
        edit("one.txt"), "one.txt changed"),
    "pool, spawn": Read(
        "import multiprocessing as m\nimport _reader\nif __name__ == '__main__':\n"
        "    with m.get_context('spawn').Pool(1) as pool: pool.map(_reader.text, ['one.txt'])",
        edit("one.txt"), "one.txt changed"),
    "thread": Read(
        "import threading\nthread = threading.Thread(target=lambda: os.stat(HERE / 'one.txt'))\n"
        "thread.start()\nthread.join()",
        edit("one.txt"), "one.txt changed"),
    "sqlite3": Read(
        "import sqlite3\nsqlite3.connect(f'file:{HERE}/base.db?mode=ro&immutable=1', uri=True).execute('select * from t')",
        update_database, "base.db changed"),
    "C library": Read(
        "import ctypes\nctypes.CDLL(None).fopen(os.fsencode(HERE / 'one.txt'), b'r')", edit("one.txt"), "one.txt changed"),
    "numpy.fromfile": Read(
        "import numpy\nnumpy.fromfile(HERE / 'one.txt', dtype='u1')", edit("one.txt"), "one.txt changed", True, "numpy"),
    "safetensors": Read(
        "from safetensors.numpy import load_file\ntry: load_file(HERE / 'one.txt')\nexcept Exception: pass",
        edit("one.txt"), "one.txt changed", needs="safetensors"),
    "DataLoader": Read(
        "import _reader, torch.utils.data as d\nclass Files(d.Dataset):\n    def __len__(self): return 2\n"
        "    def __getitem__(self, at): return len(_reader.text('one.txt'))\nlist(d.DataLoader(Files(), num_workers=1))",
        edit("one.txt"), "one.txt changed", needs="torch"),
    "joblib": Read(
        "import _reader, joblib\njoblib.Parallel(n_jobs=2)(joblib.delayed(_reader.text)(n) for n in ['one.txt'] * 2)",
        edit("one.txt"), "one.txt changed", needs="joblib"),
}  # fmt: skip
# Changes that do not affect the code next to them.
UNRELATED = {
    "content of a hidden file": ("(HERE.parent / '.flag').exists()", edit("../.flag", "2")),
    "in a hidden folder": ("(HERE.parent / '.git').exists()", edit("../.git/index")),
    "content of a file that is in the way": (
        "try: os.mkdir('one.txt')\nexcept OSError: pass",
        edit("one.txt"),
    ),
    "a folder that a database synchronizes": (
        "import sqlite3\nwith sqlite3.connect('a.db') as base: base.execute('create table t (x)')",
        edit("new"),
    ),
    "a folder for a temporary file": (
        "import tempfile\ntempfile.TemporaryFile(dir='.').write(b'x')",
        edit("new"),
    ),
    "in a folder before `..`": (
        "open(HERE / 'inner/../one.txt').read()\nopen('inner/../one.txt').read()",
        edit("inner/new"),
    ),
    "in a folder in which a file is created": ("open('inner/mine', 'w').close()", edit("inner/new")),
    "in the folder of a file that is created": ("open('mine', 'w').close()", edit("new")),
    "a folder that is only opened": ("os.fsync(os.open(HERE, os.O_RDONLY))", edit("new")),
    "a Python with another PYTHONPATH": (
        "os.environ['PYTHONPATH'] = str(HERE / 'data')\n"
        "subprocess.run([sys.executable, '-c', 'import json, m'], cwd=HERE, check=True)",
        edit("new"),
    ),
    "a Python without PYTHONPATH": (
        "del os.environ['PYTHONPATH']\nos.chdir(HERE)\nassert not os.system(f'{sys.executable} -c \"import json\"')",
        edit("new"),
    ),
    "a Python started with posix_spawn": (
        "os.chdir(HERE)\npid = os.posix_spawn(sys.executable, [sys.executable, '-c', 'import json'], {})\n"
        "assert os.waitpid(pid, 0)[1] == 0",
        edit("new"),
    ),
    "a checked compiled module": ("import _module", lambda folder: _cache(folder, "_module")),
}
# Changes that must not make a run stale.
HARMLESS: Mapping[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "touched": lambda folder: os.utime(folder / "one.txt", (2e9, 2e9)),
    "permissions": lambda folder: (folder / "one.txt").chmod(0o600),
    "a file that nobody looked at": edit("two.txt", "3"),
    "a file beside the others": edit("notes.md", "x"),
    "another example": edit("another.py", '"""Another"""\n'),
    "written again": edit("one.txt", "1"),
    "compiled files": lambda folder: _cache(folder, "_module"),
}
USES_ALL = (
    "import importlib.metadata\nprint(importlib.metadata.version('click'), len(importlib.metadata.entry_points()))\n"
    "import _module, _reader, subprocess, multiprocessing as m\nprint(_reader.text('one.txt'))\n"
    "subprocess.run([sys.executable, '-c', f'import sys; sys.path.insert(0, \"{HERE}\"); import _module'], check=True)\n"
    "if __name__ == '__main__':\n    with m.get_context('spawn').Pool(1) as pool: pool.map(_reader.text, ['one.txt'])"
)


@pytest.fixture(scope="module")
def every_input(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an examples folder that contains every input except pipes. Tests copy it."""
    folder = tmp_path_factory.mktemp("inputs") / "project" / "examples"
    (folder / "data" / "deep").mkdir(parents=True)
    for name, text in {"one.txt": "1", "two.txt": "2", "data/a.csv": "a", "data/m.py": "value = 1\n"}.items():
        (folder / name).write_text(text)
    (folder / "_module.py").write_text("value = 1\n")
    (folder / "_reader.py").write_text(TEXT)
    (folder / "tool").write_text("#!/bin/sh\ntrue\n")
    (folder / "tool").chmod(0o755)
    (folder / "script").write_text("#!./shell\n")
    (folder / "script").chmod(0o755)
    shutil.copy(shutil.which("true") or "", folder / "data/shell")
    (folder / "link.txt").symlink_to("one.txt")
    (folder / "latest").symlink_to("data")
    (folder / "unseen").mkdir()
    (folder / "unseen/.hidden").touch()
    (folder / "inner").mkdir()
    (folder / "inner/lnk").symlink_to("../data/deep")
    (folder / "\U0010fec9.txt").write_text("1")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "beyond").symlink_to("../nowhere")
    (folder / "unchecked.py").write_text("value = 1\n")
    recompile(folder)
    (folder / "unchecked.py").write_text("value = 2\n")
    _cache(folder, "_reader")
    odd(folder).write_text("1")
    (folder / "odd").symlink_to(odd(folder).name)
    (folder / "../outer").symlink_to("examples/data")
    (folder / "../{{name}}").mkdir()
    (folder / "../{stdlib}").mkdir()
    edit("../{{name}}/x", "1")(folder)
    edit("../{purelib}", "1")(folder)
    (folder / "../.git").mkdir()
    for name in (".flag", ".git/HEAD"):
        (folder / ".." / name).write_text("1")
    with sqlite3.connect(folder / "base.db") as base:
        base.execute("create table t (value)")
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("inside.py", "value = 1\n")
    _compile(folder, "_compiled", "value = 1\n")
    _compile(folder, "_other", "value = 2\n")
    return folder.parent


@pytest.fixture
def folder(tmp_path: Path, every_input: Path) -> Path:
    """An examples folder that contains every input. None of the files are new."""
    folder = shutil.copytree(every_input, tmp_path / "project", symlinks=True) / "examples"
    os.mkfifo(folder / "pipe")
    return folder


def _compile(folder: Path, name: str, text: str) -> None:
    with TemporaryDirectory() as scratch:
        source = Path(scratch, f"{name}.py")
        source.write_text(text)
        py_compile.compile(str(source), str(folder / f"{name}.pyc"))


def example(code: str) -> Example:
    found, problems = read_example("examples/one.py", HEAD + code + "\n")
    assert found is not None, problems
    return found


def ran(folder: Path, code: str, runner: SubprocessRunner) -> Run:
    # Spawned processes read the script's file.
    (folder / "one.py").write_text(HEAD + code + "\n")
    with TemporaryDirectory() as work:
        run = runner.run(Job(example(code), 0, folder.parent), Path(work))
    runner.close()
    assert run.outcome == "passed", (run.message, [output.errors for output in run.outputs])
    return run


def reasons(folder: Path, code: str, run: Run, **settings: object) -> list[str]:
    project = Project(root=folder.parent, settings=ProjectSettings.model_validate(settings))
    runner = SubprocessRunner()
    now = Inputs(
        project, PathNames(project.root), FileHashes(), lambda name: runner.versions((name,)).get(name, "")
    )
    return list(changed_reads(run, example(code), now))


class TwoViews(LastingRunner):
    """Runs with tracing, and remembers the last run as it is without tracing.

    The process of a run reports the same in both cases. Only the supervisor's report lacks the reads.
    """

    def __init__(self) -> None:
        super().__init__(("json",))
        self._without = SubprocessRunner(trace=False).probe()["reads"]
        self.untraced: Run

    def run(self, job: Job, folder: Path) -> Run:
        run, folder = super().run(job, folder), folder.resolve()
        exit = exit_from({**self._last, "reads": self._without, "preloaded": PreloadReads()})
        self.untraced = build_run(job, folder, folder / ".run" / "home", exit, {})
        return run

    def _report(self, *arguments: Any) -> Mapping[str, Any]:
        self._last = super()._report(*arguments)
        return self._last


@pytest.fixture(scope="module")
def two_views() -> Iterator[TwoViews]:
    runner = TwoViews()
    yield runner
    runner.end()


@LINUX
@pytest.mark.parametrize("kind", READS)
def test_a_changed_input_is_noticed(folder: Path, kind: str, two_views: TwoViews) -> None:
    """Without tracing, only what Python opened is noticed, so such a run is reused only if the example declares its
    inputs."""
    read = READS[kind]
    if find_spec(read.needs) is None and not (read.needs == "gcc" and link_program(folder)):
        pytest.skip(f"{read.needs} is not installed")
    run = ran(folder, read.code, two_views)
    assert run.isolation["traced"] == "all", run.reads.unknown
    assert reasons(folder, read.code, run) == []
    (unknown,) = reasons(folder, read.code, two_views.untraced)
    assert "could be tracked" in unknown
    read.change(folder)
    found, untraced = (reasons(folder, read.code, each) for each in (run, two_views.untraced))
    assert any(read.said in reason for reason in found), found
    assert any(read.said in reason for reason in untraced) == read.untraced


# The test above covers all rows without tracing too, but only on Linux. These rows also check that `trace=False` is obeyed.
@pytest.mark.parametrize(
    "kind",
    [kind for kind, read in READS.items() if read.needs == "os"]
    if sys.platform != "linux"
    else ["opened", "opened, same time", "link", "cat", "imported", "compiled module", "sqlite3", "os.fork"],
)
def test_without_tracing_what_python_opened_is_noticed(folder: Path, kind: str) -> None:
    read = READS[kind]
    run = ran(folder, read.code, SubprocessRunner(trace=False))
    (unknown,) = reasons(folder, read.code, run)
    assert "could be tracked" in unknown
    read.change(folder)
    assert any(read.said in reason for reason in reasons(folder, read.code, run)) == read.untraced


@LINUX
def test_what_changes_nothing(folder: Path) -> None:
    """Each change is made in addition to the previous ones."""
    run = ran(folder, USES_ALL, SubprocessRunner())
    for name, change in HARMLESS.items():
        change(folder)
        assert (name, reasons(folder, USES_ALL, run)) == (name, [])


@LINUX
@pytest.mark.parametrize("env", ["{}", "{**os.environ, 'PYTHONPATH': str(HERE)}", "None"])
def test_a_new_example_does_not_concern_a_python_with_its_own_environment(
    folder: Path, env: str, two_views: TwoViews
) -> None:
    code = (
        f"code = f'import sys; sys.path.append({{str(HERE)!r}}); import _module; print(_module.value)'\n"
        f"done = subprocess.run([sys.executable, '-c', code], env={env}, capture_output=True, text=True, check=True)\n"
        "assert done.stdout == '1\\n', done"
    )
    run = ran(folder, code, two_views)
    edit("another.py", '"""Another"""\n')(folder)
    assert reasons(folder, code, run) == []
    edit("_module.py", "value = 2")(folder)
    assert reasons(folder, code, run) == ["_module.py changed"]


@LINUX
@pytest.mark.parametrize("kind", UNRELATED)
def test_what_a_run_did_not_use_may_change(folder: Path, kind: str, two_views: TwoViews) -> None:
    code, change = UNRELATED[kind]
    run = ran(folder, code, two_views)
    change(folder)
    assert reasons(folder, code, run) == []


@LINUX
def test_a_readable_folder_counts_wherever_it_is(folder: Path) -> None:
    """This is true even if it is hidden, or inside a folder that otherwise contains no inputs."""
    for place in (folder.parent / ".data", Path("/run/glossary-test")):
        try:
            place.mkdir(parents=True)
        except OSError:
            pytest.skip(f"{place.parent} is not writable")
        edit("x", "1")(place)
        code = f"print(open({str(place / 'x')!r}).read())"
        (folder / "one.py").write_text(HEAD + code + "\n")
        try:
            with TemporaryDirectory() as work:
                job = Job(example(code), 0, folder.parent, readable=(place,))
                run = SubprocessRunner().run(job, Path(work))
            assert run.outcome == "passed", run.message
            edit("x")(place)
            assert any("x changed" in reason for reason in reasons(folder, code, run)), run.reads
        finally:
            shutil.rmtree(place)


@LINUX
def test_forked_runs_are_followed_as_well(folder: Path) -> None:
    code = READS["cat"].code
    run = ran(folder, code, ForkServerRunner(("json",)))
    assert run.isolation["traced"] == "all"
    edit("one.txt")(folder)
    assert reasons(folder, code, run) == ["one.txt changed"]


@LINUX
def test_the_working_folder_can_be_in_the_project(folder: Path) -> None:
    code = "open('inner/lnk/../a.csv').read()\nos.listdir('.')\nopen('new', 'w').close()"
    with TemporaryDirectory(dir=folder.parent) as work:
        run = SubprocessRunner().run(Job(example(code), 0, folder.parent), Path(work))
    assert run.outcome == "passed", run.message
    assert reasons(folder, code, run) == []


@LINUX
def test_a_folder_from_the_future_counts_like_any_other(folder: Path) -> None:
    os.utime(folder / "data", (4e9, 4e9))
    code = "os.listdir('data')\nos.listdir(HERE / 'data')"
    run = ran(folder, code, SubprocessRunner())
    assert reasons(folder, code, run) == []
    edit("data/new")(folder)
    assert "the list of files in data/ changed" in reasons(folder, code, run)


class Meanwhile(SubprocessRunner):
    """A runner that changes something while a run waits for it; see `WAIT`."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self._change = change

    def _supervise(self, job: Job, private: Path, home: Path) -> Mapping[str, Any]:
        def change_when_ready() -> None:
            eventually((private.parent / ".ready").exists)
            self._change()
            (private.parent / ".go").touch()

        editor = threading.Thread(target=change_when_ready)
        editor.start()
        report = super()._supervise(job, private, home)
        editor.join()
        return report


WAIT = "import time\nPath('.ready').touch()\nwhile not Path('.go').exists(): time.sleep(0.05)\n"


@LINUX
def test_a_file_replaced_during_the_run_is_never_believed(folder: Path) -> None:
    """This is true even if its old modification time is restored. The run cannot write there, so the test replaces the
    file."""
    place = folder.parent / "{{name}}"
    (place / "one.txt").write_text("1")
    code = f"file = HERE.parent / '{{{{name}}}}' / 'one.txt'\nopen(file).read()\n{WAIT}assert open(file).read() == '7'"
    run = ran(folder, code, Meanwhile(lambda: replace_keeping_time(place)))
    assert reasons(folder, code, run) == ["{{name}}/one.txt was modified during the run"]


# In its own folder, a run sees the files as they were when it began.
SEEN_AT_START = {
    "opened": ("assert open('one.txt').read() == '1'", edit("one.txt"), "one.txt changed"),
    "same time": ("assert open('one.txt').read() == '1'", replace_keeping_time, "one.txt changed"),
    "cat": ("assert not os.system('grep 1 one.txt')", edit("one.txt"), "one.txt changed"),
    "in a folder": ("assert open('data/a.csv').read() == 'a'", edit("data/a.csv"), "data/a.csv changed"),
    "size": ("assert os.path.getsize('one.txt') == 1", edit("one.txt", "long"), "one.txt changed"),
    "deleted": ("assert open('one.txt').read() == '1'", remove("one.txt"), "one.txt was deleted"),
    "listed": (
        "assert 'new' not in os.listdir('data')",
        edit("data/new"),
        "the list of files in data/ changed",
    ),
    "missing": ("assert not os.path.exists('new')", edit("new"), "new now exists"),
    "both": (
        "assert open(HERE / 'one.txt').read() == '1'\nassert open('one.txt').read() == '1'",
        edit("one.txt"),
        "one.txt changed",
    ),
}


@LINUX
@pytest.mark.parametrize("kind", SEEN_AT_START)
def test_a_change_between_the_start_of_a_run_and_the_read_counts(folder: Path, kind: str) -> None:
    """The run sees its own copy of the file, which was made before the change."""
    code, change, said = SEEN_AT_START[kind]
    run = ran(folder, WAIT + code, Meanwhile(lambda: change(folder)))
    assert said in reasons(folder, WAIT + code, run)


@LINUX
def test_a_change_that_was_undone_before_the_next_build_does_not_count(folder: Path) -> None:
    code = f"{WAIT}assert open('one.txt').read() == '1'"
    run = ran(folder, code, Meanwhile(lambda: edit("one.txt")(folder)))
    edit("one.txt", "1")(folder)
    assert reasons(folder, code, run) == []


# Installers such as uv create hard links to installed files, which changes their inodes but not their content. Each case
# says whether the file is in the project, whether an earlier build has hashed it, whether it was inherited from the process
# that forked the run, what happens to it during the run, and whether it then counts as modified.
LINKED = {
    "installed": (False, False, False, "link", False),
    "installed and hashed": (False, True, False, "link", False),
    "installed, hashed, and modified": (False, True, False, "edit", True),
    "in the project": (True, False, False, "link", True),
    "in the project and hashed": (True, True, False, "link", False),
    "in the project, hashed, and modified": (True, True, False, "edit", True),
    "inherited": (False, False, True, "link", True),
    "inherited and hashed": (False, True, True, "link", False),
    "inherited, hashed, and modified": (False, True, True, "edit", True),
}


@pytest.mark.parametrize("kind", LINKED)
def test_a_hard_link_to_a_file_does_not_change_the_file(
    folder: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_project, hashed, inherited, change, modified = LINKED[kind]
    monkeypatch.setattr(file_hashes, "TOO_FRESH", -1)
    place = folder if in_project else tmp_path
    edit("one.txt", "1")(place)
    path, hashes = str(place / "one.txt"), FileHashes()
    if hashed:
        hashes.file(path)
    before = state(path)
    time.sleep(0.02)
    began = time.time()
    time.sleep(0.02)
    if change == "link":
        os.link(path, tmp_path / "link")
    else:
        replace_keeping_time(place)
    seen = observed_reads._Seen(PathNames(folder.parent), hashes, "/nowhere/", (), limited=False)
    if inherited:
        seen.add_inherited(path, began)
    else:
        seen.add(path, {"open": ""}, before, False)
    assert bool(seen.changed) == modified


# A folder that a program lists counts from the moment when it is listed.
@LINUX
def test_a_change_after_a_program_has_listed_a_folder_counts(folder: Path) -> None:
    code = f"subprocess.run(['ls', HERE.parent / '{{{{name}}}}'], check=True)\n{WAIT}"
    run = ran(folder, code, Meanwhile(lambda: edit("../{{name}}/new")(folder)))
    assert "{{name}} was modified during the run" in reasons(folder, code, run)


HARMLESS_MEANWHILE: Mapping[str, Callable[[Path], object]] = {
    "touched": lambda folder: os.utime(folder / "one.txt"),
    "permissions": lambda folder: (folder / "one.txt").chmod(0o600),
    "hard link": lambda folder: os.link(folder / "one.txt", folder.parent / "one.txt"),
    "written again": edit("one.txt", "1"),
    "hidden file": lambda folder: ((folder / "data" / ".swp").touch(), (folder / ".one.txt.swp").touch()),
    "another file for a moment": lambda folder: (edit("data/x")(folder), remove("data/x")(folder)),
}


@LINUX
@pytest.mark.parametrize("change", HARMLESS_MEANWHILE)
def test_what_changes_nothing_during_a_run(folder: Path, change: str) -> None:
    code = (
        "open(HERE / 'one.txt').read()\nopen('one.txt').read()\n"
        f"os.listdir(HERE / 'data')\nos.listdir(HERE)\nos.listdir()\n{WAIT}open(HERE / 'one.txt').read()"
    )
    run = ran(folder, code, Meanwhile(lambda: HARMLESS_MEANWHILE[change](folder)))
    assert reasons(folder, code, run) == []


# Code that, in a manual run, leaves a file next to the script without reading it.
LEFTOVERS = {
    "declared output": ("x = os.path.exists('made')\nopen('made', 'w').close()", ["made"]),
    "read back": ("open('made', 'w').write('1')\nopen('made').read()", []),
    "updated": ("open('made', 'w+').write('1')\nos.system('cat made')", []),
    "shell": ("os.system('echo 1 > made; cat made')", []),
    "database": (
        "import sqlite3\nPath('made').unlink(missing_ok=True)\nwith sqlite3.connect('made') as base:\n"
        "    base.execute('create table t (x)')",
        [],
    ),
    "folder": (
        "import shutil\nshutil.rmtree('made', ignore_errors=True)\nos.makedirs('made')\nopen('made/x', 'w').close()\n"
        "open('made/x').read()\nos.listdir('made')\nos.path.exists('made/x.bak')",
        [],
    ),
    "hidden file": ("os.path.exists('.made')\nopen('.made', 'w').close()", []),
    "records": ("os.path.exists('recorded')", []),
    "listed": ("x = os.listdir('.')\nopen('made', 'w').close()", ["made"]),
    "replaced": (
        "open('x', 'w').write('1')\nos.replace('x', 'made')\n"
        "for at in range(20):\n    open(f'{os.getpid()}-{at}', 'w').write('2')\n    open(f'{os.getpid()}-{at}').read()",
        [],
    ),
}


@LINUX
@pytest.mark.parametrize("kind", LEFTOVERS)
def test_what_a_manual_run_left_beside_the_script_is_read_once(
    folder: Path, kind: str, two_views: TwoViews
) -> None:
    code, outputs = LEFTOVERS[kind]
    head = f"# /// script\n# [tool.glossary]\n# outputs = {outputs}\n# ///\n".replace("'", '"')
    (folder / "recorded").mkdir()
    subprocess.run([sys.executable, "-c", HEAD.replace("__file__", "'x'") + code], cwd=folder, check=True)
    found, problems = read_example("examples/one.py", head + HEAD + code + "\n")
    assert found is not None, problems
    with TemporaryDirectory() as work:
        run = two_views.run(Job(found, 0, folder.parent), Path(work))
    assert run.outcome == "passed", run.message
    assert reasons(folder, code, run) == []


@LINUX
@pytest.mark.parametrize(
    "kind",
    ["declared output", "read back", "updated", "shell", "records", "listed", "replaced"],
)
def test_what_a_run_only_writes_does_not_count_when_a_manual_run_leaves_it(
    folder: Path, kind: str, two_views: TwoViews
) -> None:
    code, outputs = LEFTOVERS[kind]
    head = f"# /// script\n# [tool.glossary]\n# outputs = {outputs}\n# ///\n".replace("'", '"')
    found, _ = read_example("examples/one.py", head + HEAD + code + "\n")
    assert found is not None
    with TemporaryDirectory() as work:
        run = two_views.run(Job(found, 0, folder.parent), Path(work))
    for name in ("made", ".made"):
        edit(name)(folder)
    (folder / "recorded").mkdir()
    assert reasons(folder, code, run) == []


@LINUX
def test_a_file_that_appends_to_what_it_finds_reads_it(folder: Path) -> None:
    code = "open('made', 'a').write('1')\nos.system('cat made')"
    run = ran(folder, code, SubprocessRunner())
    edit("made")(folder)
    assert reasons(folder, code, run) == ["made now exists"]


def test_untraced_runs_of_declared_or_project_files(folder: Path) -> None:
    code = "subprocess.run(['cat', HERE / 'one.txt'], check=True)"
    declared, project = (
        f'# /// script\n# [tool.glossary]\n# reads = "{says}"\n# ///\n' for says in ("declared", "project")
    )
    outcomes = {}
    for head in (declared, project):
        found, _ = read_example("examples/one.py", head + HEAD + code + "\n")
        assert found is not None
        with TemporaryDirectory() as work:
            run = SubprocessRunner(trace=False).run(Job(found, 0, folder.parent), Path(work))
        for strict in (False, True):
            now = Inputs(
                Project(root=folder.parent, settings=ProjectSettings(strict=strict)),
                PathNames(folder.parent), FileHashes(), lambda name: "",
            )  # fmt: skip
            run = replace(run, versions={})
            outcomes[found.settings.reads, strict, "same"] = not list(changed_reads(run, found, now))
            (folder / "one.txt").write_text("9")
            outcomes[found.settings.reads, strict, "changed"] = not list(changed_reads(run, found, now))
            (folder / "one.txt").write_text("1")
    assert {key for key, believed in outcomes.items() if believed} == {
        ("declared", False, "same"), ("declared", False, "changed"), ("declared", True, "same"),
        ("declared", True, "changed"), ("project", False, "same"),
    }  # fmt: skip


def test_each_distribution_is_looked_up_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(stale_reads, "record_hash", lambda name: asked.append(name) or "same")
    now = Inputs.of(Project(root=folder.parent), SubprocessRunner())
    reads = Reads(distributions={"numpy": "same", "torch": "same"})
    for seed in range(3):
        run = Run("one", seed, "passed", reads=reads, isolation={"traced": "all"})
        assert list(changed_reads(run, example("x = 1"), now)) == []
    assert asked == ["numpy", "torch"]


# What Python executes at startup


@pytest.fixture
def site_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which Python looks for startup files instead of in those of this installation."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "library.py").write_text("")
    (site / "team.pth").write_text("/one")
    monkeypatch.setattr(observed_reads, "site_folders", lambda: (str(site),))
    return site


STARTUP = {
    "path file edited": (lambda site: (site / "team.pth").write_text("/two"), "team.pth changed"),
    "path file removed": (lambda site: (site / "team.pth").unlink(), "team.pth was deleted"),
    "path file added": (lambda site: (site / "b.pth").touch(), "a file that Python executes at startup was added"),
    "module added": (lambda site: (site / "sitecustomize.py").touch(), "a file that Python executes at startup was added"),
    "package added": (lambda site: (site / "usercustomize").mkdir(), "a file that Python executes at startup was added"),
    "another module": (lambda site: (site / "other.py").touch(), ""),
    "another package": (lambda site: (site / "other").mkdir(), ""),
}  # fmt: skip


@pytest.mark.parametrize("traced", [pytest.param(True, marks=LINUX), False])
def test_startup_files_count_although_they_are_read_before_the_run(
    folder: Path, site_folder: Path, traced: bool
) -> None:
    run = ran(folder, "x = 1", SubprocessRunner(trace=traced))
    before = reasons(folder, "x = 1", run)
    original = shutil.copytree(site_folder, folder.parent.parent / "original")
    for kind, (change, reason) in STARTUP.items():
        change(site_folder)
        new = [each for each in reasons(folder, "x = 1", run) if each not in before]
        assert any(reason in each for each in new) if reason else new == [], kind
        shutil.rmtree(site_folder)
        shutil.copytree(original, site_folder)


def test_the_path_file_of_this_package_does_not_count() -> None:
    own = observed_reads.own_path_files()
    assert all(Path(path).read_text().strip() == str(SOURCES) for path in own)


@LINUX
def test_a_child_process_of_python_does_not_list_all_installed_packages(folder: Path) -> None:
    code = "subprocess.run([sys.executable, '-c', 'import json'], check=True)"
    run = ran(folder, code, SubprocessRunner())
    installed = PathNames(folder.parent).name(os.path.realpath(sysconfig.get_path("purelib")))
    assert installed in run.reads.startup
    assert installed not in run.reads.listed


@LINUX
def test_a_program_that_lists_a_folder_read_its_names(folder: Path) -> None:
    """This is true of any program, including a Python program that told the tracer why it listed other folders."""
    (folder / "data").mkdir(exist_ok=True)
    for program in (
        "['ls', HERE / 'data']",
        "[sys.executable, '-c', f'import os; os.listdir({str(HERE / \"data\")!r})']",
    ):
        run = ran(folder, f"subprocess.run({program}, check=True)", SubprocessRunner())
        assert "examples/data" in run.reads.listed


# Paths that need care


@LINUX
def test_a_path_that_leads_out_of_the_working_folder_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = "x = os.path.exists('../data/rate.txt')\ny = os.path.exists('notes/../gone')\nz = os.path.exists('..')"
    run = ran(folder, code, with_other_walls(monkeypatch, tmp_path, WITHOUT_WALLS))
    assert run.reads.above == ("../data/rate.txt",)
    (problem,) = run_problems(example(code), [run])
    assert (problem.code, problem.severity) == ("path-above", "warning")
    assert "Path(__file__).parent" in problem.help


@LINUX
@pytest.mark.parametrize("special", ["pipe", "device"])
def test_a_file_that_became_special_does_not_hang_the_check(
    folder: Path, special: str, two_views: TwoViews
) -> None:
    code = "open(HERE / 'one.txt').read()"
    run = ran(folder, code, two_views)
    (folder / "one.txt").unlink()
    if special == "pipe":
        os.mkfifo(folder / "one.txt")
    else:
        (folder / "one.txt").symlink_to("/dev/zero")
    assert "one.txt was deleted" in reasons(folder, code, run)


@LINUX
def test_a_run_that_changes_its_root_folder_is_never_believed(folder: Path) -> None:
    code = "try:\n    os.chroot('/')\nexcept OSError: pass"
    (unknown,) = reasons(folder, code, ran(folder, code, SubprocessRunner()))
    assert "the run changed its root folder" in unknown


@LINUX
def test_a_call_without_a_path_reads_nothing(folder: Path) -> None:
    """Rust's standard library makes such calls to find out whether the kernel supports them."""
    code = (
        "import ctypes\nlibrary = ctypes.CDLL(None)\nassert library.access(None, 0) == -1\n"
        "assert library.statx(0, None, 0, 0xfff, None) == -1"
    )
    run = ran(folder, code, SubprocessRunner())
    assert (run.isolation["traced"], reasons(folder, code, run)) == ("all", [])


@LINUX
def test_a_look_at_the_processes_reads_nothing(folder: Path) -> None:
    """The psutil library, for example, looks at the open files and threads of processes."""
    code = (
        "for pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "    for name in ('cwd', 'exe', 'root', 'fd/0', 'fd/99', f'task/{pid}/stat', f'task/{pid}/cwd'):\n"
        "        try: os.readlink(f'/proc/{pid}/{name}')\n        except OSError: pass\nos.path.exists('/proc/99999/cwd')"
    )
    run = ran(folder, code, SubprocessRunner())
    assert (run.isolation["traced"], reasons(folder, code, run)) == ("all", [])


@LINUX
def test_programs_of_the_environment_are_found(folder: Path) -> None:
    code = "import shutil\nassert shutil.which('python')\nsubprocess.run(['python', '-c', ''], check=True)"
    assert reasons(folder, code, ran(folder, code, SubprocessRunner())) == []
