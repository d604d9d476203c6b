"""Describes in words how this machine isolates runs, for `glossary doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

# For each kind of isolation: its subject, and what each state means. The first state is the complete one.
MEANINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "network": ("network", {"off": "runs have no network", "on": "runs can use the network"}),
    "processes": (
        "processes",
        {
            "namespace": "runs see only their own processes",
            "watched": "the processes of runs are monitored, and killed when a run ends",
        },
    ),
    "files": (
        "writing",
        {
            "refused": "runs can write only to their own folder",
            "seen": "writes elsewhere are reported, not prevented",
        },
    ),
    "reads": (
        "reading",
        {
            "limited": "runs can read only Python, the system, and the project",
            "open": "runs can read all your files",
        },
    ),
    "memory": (
        "memory",
        {"watched": "memory is monitored", "limited": "only the operating system limits memory"},
    ),
    "traced": (
        "tracking",
        {
            "all": "all reads are tracked, and an example runs again when anything that it read changes",
            "python": "only files that Python itself opens are tracked",
        },
    ),
}
REASONS = {
    "network": "requires Linux with network namespaces",
    "processes": "requires Linux with user and PID namespaces; containers and Ubuntu 24.04 deny them to ordinary users",
    "files": "requires Linux 5.13 or later with Landlock, and mount namespaces",
    "reads": "requires Linux 5.13 or later with Landlock",
    "memory": "requires /proc",
}
ADVICE = """
On this machine, an example runs in every build unless its header declares what it reads. If it reads only files in this
project, add `reads = "project"` to its header. Preferably, list the files that it reads under `data` and add
`reads = "declared"`."""


def doctor_lines(isolation: Mapping[str, str], unknown: Sequence[str]) -> str:
    """One line for each kind of isolation, with the reason if it is incomplete.

    unknown: why not all reads are known.
    """
    if not isolation:
        return "No example can run on this machine: the process that supervises runs could not be started."
    text = "\n".join(_lines(isolation, "; ".join(unknown)))
    return text + (f"\n{ADVICE}" if isolation.get("traced") != "all" else "")


def _lines(isolation: Mapping[str, str], unknown: str) -> Iterator[str]:
    for name, (subject, meanings) in MEANINGS.items():
        state = isolation.get(name, "")
        complete = state == next(iter(meanings))
        reason = unknown if name == "traced" else REASONS.get(name, "")
        yield f"{'yes' if complete else 'no ':3} {subject:10} {meanings.get(state, state)}{'' if complete else f' ({reason})'}"
