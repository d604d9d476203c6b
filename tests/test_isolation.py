"""The isolation of runs on systems that support it, the messages on other systems, and the cases in which runs are
refused."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from executable_glossary.execution import Job, Runner, SubprocessRunner
from executable_glossary.execution.sandbox.syscall_filter import ARCHITECTURES
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.stages.execute import execute
from lasting_runner import LastingRunner
from patience import eventually, is_gone
from test_forkserver_runner import example, ran

WALLS = SubprocessRunner().isolation()
RUNNERS = [SubprocessRunner(), LastingRunner(("json",))]
KINDS = ["fresh", "forked"]

each_runner = pytest.mark.parametrize("runner", RUNNERS, ids=KINDS)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and Landlock are Linux's")


def had(name: str, state: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(WALLS.get(name) != state, reason=f"this system gives {name}: {WALLS.get(name)}")


@each_runner
def test_a_run_records_its_isolation(runner: Runner, tmp_path: Path) -> None:
    assert set(WALLS) == {"network", "processes", "files", "reads", "memory", "traced"}
    assert ran(runner, tmp_path, "x = 1").isolation == WALLS
    assert ran(runner, tmp_path, "1 / 0").isolation == WALLS


@had("network", "off")
@each_runner
def test_there_is_no_network(runner: Runner, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = ran(runner, tmp_path, f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)")
    assert (run.outcome, run.message) == ("raised", "ConnectionRefusedError: [Errno 111] Connection refused")
    run = ran(runner, tmp_path, "import socket\nsocket.create_connection(('192.0.2.1', 80), 2)")
    assert (run.outcome, run.message) == ("raised", "OSError: [Errno 101] Network is unreachable")


@had("network", "off")
def test_processes_of_the_same_run_can_communicate(tmp_path: Path) -> None:
    code = "import socket\ns = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(s.getsockname(), 2)\n1"
    assert ran(SubprocessRunner(), tmp_path, code).outcome == "passed"


@had("processes", "namespace")
@each_runner
def test_other_processes_cannot_be_seen_or_reached(runner: Runner, tmp_path: Path) -> None:
    run = ran(
        runner, tmp_path, "import os\nprint(os.getpid(), *sorted(filter(str.isdigit, os.listdir('/proc'))))"
    )
    assert run.outputs[0].text == "2 1 2\n"


@had("processes", "namespace")
@each_runner
def test_shared_memory_of_system_v_is_not_shared_with_other_runs(runner: Runner, tmp_path: Path) -> None:
    library, key = ctypes.CDLL(None), 0x42000000 + os.getpid()
    code = f"import ctypes\nprint(ctypes.CDLL(None).shmget({key}, 1, 0o{{flags}}))"
    made = library.shmget(key, 1, 0o1600)
    try:
        assert ran(runner, tmp_path, code.format(flags=0)).outputs[0].text == "-1\n"
    finally:
        library.shmctl(made, 0, None)
    # Otherwise, what a run leaves there would be an input of the next one.
    assert ran(runner, tmp_path, code.format(flags=1600)).outputs[0].text == "0\n"
    assert library.shmget(key, 1, 0) == -1


# Each holds 300 MB that no process maps.
HELD = {
    "shared memory": "with open('/dev/shm/x', 'wb') as file:\n    for _ in range(300): file.write(bytes(1_000_000))",
    "file without a name": "import os\nfile = os.memfd_create('x')\nfor _ in range(300): os.write(file, bytes(1_000_000))",
    "segment": (
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.shmat.restype = ctypes.c_void_p\nfor _ in range(3):\n"
        "    segment = libc.shmget(0, 100_000_000, 0o1600)\n    place = ctypes.c_void_p(libc.shmat(segment, None, 0))\n"
        "    ctypes.memset(place, 1, 100_000_000)\n    libc.shmdt(place)"
    ),
}


@had("processes", "namespace")
@each_runner
@pytest.mark.parametrize("code", HELD.values(), ids=HELD)
def test_memory_that_no_process_maps_counts(runner: Runner, tmp_path: Path, code: str) -> None:
    run = ran(runner, tmp_path, f"{code}\nimport time\ntime.sleep(30)", memory=200)
    assert (run.outcome, run.message) == ("out of memory", "used more than 200 MB")


@had("network", "off")
@each_runner
def test_sockets_of_others_cannot_be_reached(runner: Runner, tmp_path: Path) -> None:
    """Those with an abstract name, and those of families that no namespace separates."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0glossary-test-" + tmp_path.name)
        server.listen()
        code = (
            f"import socket\nfor family, address in ((socket.AF_UNIX, {server.getsockname()!r}), (40, (2, 1)), (38, ('hash', 'md5'))):\n"
            "    try:\n        socket.socket(family, socket.SOCK_STREAM).connect(address)\n"
            "    except OSError as error: print(error.errno)"
        )
        assert ran(runner, tmp_path, code).outputs[0].text == "111\n97\n97\n"


@each_runner
def test_keys_of_the_user_cannot_be_reached(runner: Runner, tmp_path: Path) -> None:
    numbers = ARCHITECTURES[os.uname().machine].numbers
    calls = [(numbers["keyctl"], 0, place, 1) for place in (-3, -4, -5)]
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"for call in {[*calls, (numbers['add_key'], b'user', b'a', b'b', 1, -4)]!r}:\n"
        "    print(libc.syscall(*call), ctypes.get_errno())"
    )
    assert ran(runner, tmp_path, code).outputs[0].text == "-1 38\n" * 4


@had("processes", "namespace")
@had("files", "refused")
@each_runner
def test_a_run_has_its_own_terminals(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import os, pty\nprint(os.listdir('/dev/pts'))\npid, terminal = pty.fork()\n"
        "if not pid: os.execvp('tty', ['tty'])\nprint(os.read(terminal, 99))\nos.waitpid(pid, 0)"
    )
    ends = os.openpty()
    run = ran(runner, tmp_path, code)
    for end in ends:
        os.close(end)
    assert (run.message, run.outputs[0].text) == ("", "['ptmx']\nb'/dev/pts/0\\r\\n'\n")


@had("files", "refused")
@each_runner
@pytest.mark.parametrize(
    "write",
    [
        "open(PLACE + '/new', 'w')",
        "open(PLACE + '/old', 'a')",
        "import os; os.remove(PLACE + '/old')",
        "import os; os.truncate(PLACE + '/old', 0)",
        "import os; os.mkdir(PLACE + '/folder')",
        "import os; open('x', 'w').close(); os.rename('x', PLACE + '/x')",
        "import subprocess; subprocess.run(['/bin/sh', '-c', f'echo x > {PLACE}/new'], check=True)",
    ],
)
def test_writes_outside_are_refused(runner: Runner, tmp_path: Path, write: str) -> None:
    place = tmp_path / "project"
    place.mkdir()
    (place / "old").write_text("old")
    run = ran(runner, tmp_path, f"PLACE = {str(place)!r}\n{write}")
    assert run.outcome == "raised"
    assert (place / "old").read_text() == "old"
    assert {path.name for path in place.iterdir()} == {"old", "examples"}
    assert run.impure == ()


ATTRIBUTES = """
import os, subprocess
from pathlib import Path
folder = Path(__file__).parents[1] / "data"
old = folder / "old"
descriptor, data = os.open(old, os.O_RDONLY), b"user.flour"
def shell(command):
    subprocess.run([*command.split(), old], check=True, capture_output=True)
CHANGES = [
    lambda: os.chmod(old, 0o4777), lambda: os.fchmod(descriptor, 0o4777), lambda: os.chmod(folder, 0o700),
    lambda: os.chown(old, os.getuid(), os.getgid()), lambda: os.fchown(descriptor, os.getuid(), -1),
    lambda: os.utime(old, (5, 5)), lambda: os.utime(descriptor, (5, 5)), lambda: os.setxattr(old, data, b"1"),
    lambda: os.setxattr(descriptor, data, b"1"), lambda: os.removexattr(old, b"user.kept"),
    lambda: os.rename(old, folder / "new"), lambda: os.rename(old, "new"), lambda: os.link(old, "new"),
    lambda: os.link(old, folder / "new"), lambda: os.mknod(folder / "new"), lambda: os.mkfifo(folder / "new"),
    lambda: os.symlink("old", folder / "new"), lambda: os.chmod("/", os.stat("/").st_mode & 0o7777),
    lambda: shell("chmod 777"), lambda: shell("touch -d 2001-01-01"), lambda: shell("chgrp -h " + str(os.getgid())),
    lambda: os.chmod("/dev/null", 0o666),
]
for number, change in enumerate(CHANGES):
    try:
        change()
        print("changed", number)
    except (OSError, subprocess.CalledProcessError):
        pass
os.setxattr("own", data, os.read(descriptor, 9)) if open("own", "w").write("") else None
os.chmod("own", 0o700), os.utime("own", (5, 5)), os.link("own", "second"), os.rename("second", "third")
"""


def state(path: Path) -> object:
    found = path.lstat()
    owner, times = (found.st_uid, found.st_gid), (found.st_mtime_ns, found.st_ctime_ns)
    return found.st_mode, owner, found.st_nlink, times, os.listxattr(path)


def is_open_to_all(path: str) -> bool:
    """Whether every user can reach a path."""
    return all(folder.stat().st_mode & 0o001 for folder in Path(path).resolve().parents)


AS_USER = """
import os, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from executable_glossary.execution import SubprocessRunner
from test_forkserver_runner import ran
run = ran(SubprocessRunner(), Path({place!r}), {code!r})
print(run.outcome, run.message, run.outputs[0].text, run.isolation["files"])
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file in the project, with an attribute."""
    folder = tmp_path / "project" / "data"
    folder.mkdir(parents=True)
    (folder / "old").write_text("old")
    os.setxattr(folder / "old", b"user.kept", b"1")
    return folder / "old"


@had("files", "refused")
@each_runner
def test_attributes_of_files_outside_cannot_be_changed(runner: Runner, tmp_path: Path, old: Path) -> None:
    before = state(old)
    run = ran(runner, tmp_path, ATTRIBUTES)
    assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", "")
    assert (state(old), sorted(path.name for path in old.parent.iterdir())) == (before, ["old"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(not is_open_to_all(sys.executable), reason="other users cannot execute Python")
@had("files", "refused")
def test_attributes_of_an_ordinary_users_files_cannot_be_changed(tmp_path: Path, old: Path) -> None:
    user = 12345
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, user, user)
    for path in (tmp_path, *tmp_path.parents[:-2]):
        path.chmod(path.stat().st_mode | 0o001)
    before = state(old)
    code = AS_USER.format(tests=str(Path(__file__).parent), place=str(tmp_path), code=ATTRIBUTES)
    run = subprocess.run(
        [sys.executable, "-c", code], user=user, group=user, extra_groups=(), capture_output=True, text=True,
        cwd=tmp_path, env={"HOME": str(tmp_path)}, check=True,
    )  # fmt: skip
    if "seen" in run.stdout:
        pytest.skip("this system gives an ordinary user no namespaces")
    assert (run.stdout.split(), state(old)) == (["passed", "refused"], before)


@each_runner
def test_its_own_folder_and_devices_are_writable(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import os, tempfile, multiprocessing.shared_memory as m\nopen('/dev/null', 'w').write('x')\n"
        "os.makedirs('a/b'); open('a/b/c', 'w').close(); os.replace('a/b/c', 'd'); os.symlink('d', 'e')\n"
        "tempfile.TemporaryDirectory().cleanup(); s = m.SharedMemory(create=True, size=9); s.close(); s.unlink()\n1"
    )
    run = ran(runner, tmp_path, code)
    assert (run.outcome, run.message) == ("passed", "")


def test_a_run_cannot_remove_its_isolation(tmp_path: Path) -> None:
    code = (
        "import ctypes, subprocess\nlibc = ctypes.CDLL(None)\n"
        "print(libc.umount(b'/proc'), libc.mount(b'none', b'/', None, 0x20, None))\n"
        "print([l.split()[1] for l in open('/proc/self/status') if l.startswith(('CapEff', 'NoNewPrivs'))])"
    )
    run = ran(SubprocessRunner(), tmp_path, code)
    if WALLS["processes"] == "namespace":
        assert run.outputs[0].text == "-1 -1\n['0000000000000000', '1']\n"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A cache: a folder outside the project and the run."""
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "pike.txt").write_text("pike")
    return tmp_path / "lake"


@each_runner
def test_a_cache_appears_in_the_working_folder_under_its_name(
    runner: Runner, tmp_path: Path, lake: Path
) -> None:
    caches = {"fish": lake, "pike": lake / "pike.txt"}
    run = ran(runner, tmp_path, "print(open('fish/pike.txt').read(), open('pike').read())", caches=caches)
    assert (run.outputs[0].text, run.files, run.impure) == ("pike pike\n", {}, ())


def test_pages_do_not_reveal_the_location_of_a_cache(tmp_path: Path, lake: Path) -> None:
    code = "from pathlib import Path\nprint(Path('fish/pike.txt').resolve())"
    assert ran(SubprocessRunner(), tmp_path, code, caches={"fish": lake}).outputs[0].text == "pike.txt\n"


WRITES = ["open('fish/new', 'w')", "open('fish/pike.txt', 'a')", "import os; os.remove('fish/pike.txt')"]


@had("files", "refused")
@each_runner
@pytest.mark.parametrize("write", WRITES)
def test_a_cache_is_read_only(runner: Runner, tmp_path: Path, lake: Path, write: str) -> None:
    run = ran(runner, tmp_path, write, caches={"fish": lake})
    assert run.outcome == "raised"
    assert [(file.name, file.read_text()) for file in lake.iterdir()] == [("pike.txt", "pike")]


@had("processes", "namespace")
@pytest.mark.parametrize("write", WRITES)
def test_a_cache_is_read_only_without_landlock(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    runner = with_other_walls(monkeypatch, tmp_path, WITHOUT_LANDLOCK)
    assert runner.isolation()["files"] == "seen"
    run = ran(runner, tmp_path, write, caches={"fish": lake})
    assert (run.outcome, "Read-only file system" in run.message) == ("raised", True)
    assert [(file.name, file.read_text()) for file in lake.iterdir()] == [("pike.txt", "pike")]


def test_without_isolation_a_write_to_a_cache_is_detected(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ran(
        unwalled(monkeypatch, tmp_path), tmp_path, "open('fish/new', 'w').close()", caches={"fish": lake}
    )
    assert (run.outcome, run.impure) == ("passed", ("fish/new",))


WITHOUT_LANDLOCK = {"    refused = landlock.restrict(": "    refused = bool(0) and landlock.restrict("}
WITHOUT_WALLS = {'if sys.platform != "linux":': "if True:", **WITHOUT_LANDLOCK}


def unwalled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SubprocessRunner:
    """A runner on a system that supports no isolation."""
    return with_other_walls(monkeypatch, tmp_path, WITHOUT_WALLS)


def with_other_walls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changes: Mapping[str, str]
) -> SubprocessRunner:
    import shutil

    from executable_glossary.execution import subprocess_runner as runner_module

    copy = tmp_path / "sandbox"
    shutil.copytree(Path(runner_module.START).parent, copy)
    text = (copy / "isolation.py").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (copy / "isolation.py").write_text(text)
    monkeypatch.setattr(runner_module, "START", copy / "__main__.py")
    return SubprocessRunner()


def test_without_isolation_a_write_outside_is_detected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = unwalled(monkeypatch, tmp_path)
    assert runner.isolation() == {
        "network": "on",
        "processes": "watched",
        "files": "seen",
        "reads": "open",
        "memory": "watched",
        "traced": "all",
    }
    run = ran(
        runner,
        tmp_path,
        f"open({str(tmp_path / 'project' / 'log')!r}, 'w').close()\nopen('own', 'w').close()",
    )
    assert (run.outcome, run.isolation["files"], run.impure) == ("passed", "seen", ("log",))


def test_without_isolation_a_child_that_calls_setsid_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = unwalled(monkeypatch, tmp_path)
    code = (
        "import subprocess\nprint(subprocess.Popen(['/bin/sleep', '60'], start_new_session=True).pid)\n"
        "print(subprocess.run(['/bin/sh', '-c', 'setsid sleep 61 >/dev/null 2>&1 & echo $!'], capture_output=True, text=True).stdout)"
    )
    pids = [int(pid) for pid in ran(runner, tmp_path, code).outputs[0].text.split()]
    assert all(eventually(lambda pid=pid: is_gone(pid)) for pid in pids)  # type: ignore[misc]


class Unwalled(SubprocessRunner):
    def isolation(self) -> dict[str, str]:
        return {**WALLS, "network": "on", "files": "seen"}

    def run(self, job: Job, folder: Path) -> object:  # type: ignore[override]
        raise AssertionError("it ran")


def test_untrusted_examples_run_only_in_isolation(tmp_path: Path) -> None:
    one = example(tmp_path, "print(1)")
    project = Project(root=tmp_path, settings=ProjectSettings(untrusted=True))
    evidence, problems = execute([one], project, Unwalled(), "auto")
    assert evidence == {}
    assert [(problem.code, problem.severity) for problem in problems] == [("not-isolated", "error")]
    assert "cannot isolate their network, files" in problems[0].message
    assert not project.store.exists()
    assert "not-isolated" not in {
        problem.code for problem in execute([one], project, Unwalled(), "frozen")[1]
    }


@had("files", "refused")
@had("network", "off")
@had("processes", "namespace")
def test_untrusted_examples_run_in_isolation(tmp_path: Path) -> None:
    one = example(tmp_path, "print(1)")
    project = Project(root=tmp_path, settings=ProjectSettings(untrusted=True))
    evidence, problems = execute([one], project, SubprocessRunner(), "auto")
    assert problems == ()
    assert replace(evidence["one"], runs=()).origin == "executed"


@had("reads", "limited")
@each_runner
def test_private_files_of_the_user_cannot_be_read(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    secrets = [Path.home() / ".ssh" / "id_rsa", tmp_path / "token", tmp_path / "project" / ".git" / "config"]
    for secret in secrets[1:]:
        secret.write_text("secret")
    code = (
        f"import os\nfor place in {[str(secret) for secret in secrets]!r}:\n"
        "    for look in (lambda: open(place).read(), lambda: os.listdir(os.path.dirname(place))):\n"
        "        try:\n            print('READ', look())\n        except OSError as error:\n            print(error.errno)"
    )
    run = ran(runner, tmp_path, code)
    assert run.outcome == "passed"
    assert not {"secret", "token", "config"} & set(re.findall(r"\w+", run.outputs[0].text))


@had("reads", "limited")
@each_runner
def test_the_project_and_python_can_be_read(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "table.csv").write_text("1,2")
    code = (
        f"import click, os, json, zoneinfo\nprint(open({str(tmp_path / 'project' / 'table.csv')!r}).read())\n"
        "print(os.path.exists(os.__file__), open(json.__file__).read(3), open(__file__).read(3) != '')\n"
        "import subprocess; print(subprocess.run(['/bin/sh', '-c', 'echo shell'], capture_output=True, text=True).stdout)"
    )
    run = ran(runner, tmp_path, code)
    assert (run.outcome, run.outputs[0].text) == ("passed", '1,2\nTrue r"" True\nshell\n\n')


@had("reads", "limited")
def test_link_targets_of_a_cache_can_be_read(tmp_path: Path, lake: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "blob").write_text("eel")
    (lake / "eel.txt").symlink_to(tmp_path / "store" / "blob")
    assert (
        ran(SubprocessRunner(), tmp_path, "print(open('fish/eel.txt').read())", caches={"fish": lake})
        .outputs[0]
        .text
        == "eel\n"
    )


@had("processes", "namespace")
@had("reads", "limited")
@each_runner
def test_a_run_cannot_impersonate_its_supervisor(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import os, time\nfor number in range(20):\n    try:\n"
        "        os.write(os.open(f'/proc/1/fd/{number}', os.O_WRONLY), b'{\"status\": 0}\\n')\n"
        "    except OSError:\n        pass\ntime.sleep(30)"
    )
    run = ran(runner, tmp_path, code, timeout=1)
    assert run.outcome == "timed out"


@had("processes", "namespace")
@had("files", "refused")
@pytest.mark.parametrize("place", ["/dev/shm", "/run"])
def test_a_project_in_a_folder_that_runs_do_not_share(place: str) -> None:
    """Shared memory and /run are empty for a run, except for the project, which it can read but not change."""
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place} is not writable")
    with TemporaryDirectory(dir=place) as folder, TemporaryDirectory(dir=place) as other:
        project = str(Path(folder, "project"))
        Path(project, "data").mkdir(parents=True)
        for path in (Path(project, "data/x"), Path(other, "y")):
            path.write_text("1")
        code = (
            "from multiprocessing import Lock, shared_memory\nfrom pathlib import Path\nimport os\n"
            "memory, lock = shared_memory.SharedMemory(create=True, size=9), Lock()\nmemory.close()\nmemory.unlink()\n"
            f"print(Path({project!r}, 'data/x').read_text(), os.path.exists({other!r}))\n"
            "Path('mine').write_text('2')\n"
            f"try: Path({project!r}, 'data/x').write_text('3')\nexcept OSError: print('refused')"
        )
        run = ran(SubprocessRunner(), Path(folder), code)
        assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", "1 False\nrefused\n")
        assert (run.files["data/x"], (Path(project) / "data/x").read_text()) == (
            sha256(b"1").hexdigest(),
            "1",
        )


@had("processes", "namespace")
@pytest.mark.parametrize("place", ["/dev/shm", "/run"])
def test_a_readable_file_in_a_folder_that_runs_do_not_share(tmp_path: Path, place: str) -> None:
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place} is not writable")
    with TemporaryDirectory(dir=place) as folder:
        file = Path(folder, "x")
        file.write_text("1")
        for readable in (file, Path(folder)):
            found = example(tmp_path / "project", f"print(open({str(file)!r}).read())")
            with TemporaryDirectory() as work:
                job = Job(found, 0, tmp_path / "project", readable=(readable,))
                assert SubprocessRunner().run(job, Path(work)).outputs[0].text == "1\n"
