"""Describes in words how this machine isolates runs, for `glossary doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

# For each kind of isolation: what it is about, the complete state, and what each state means.
MEANINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "network": ("network", {"off": "runs have no network", "on": "runs can use the network"}),
    "processes": (
        "processes",
        {
            "namespace": "runs see only their own processes",
            "watched": "processes of runs are monitored and killed",
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
        {"watched": "memory is monitored", "limited": "memory is limited by the system only"},
    ),
    "traced": (
        "following",
        {
            "all": "everything that runs read is known, so they run again after any change of it",
            "python": "only what Python itself opens is known",
        },
    ),
}
REASONS = {
    "network": "needs Linux with network namespaces",
    "processes": "needs Linux with user and PID namespaces; containers and Ubuntu 24.04 refuse them to ordinary users",
    "files": "needs Linux 5.13 or later with Landlock",
    "reads": "needs Linux 5.13 or later with Landlock",
    "memory": "needs /proc",
}
ADVICE = """
Examples run in every build here, unless they say what they read. If an example reads only files of this project, add
`reads = "project"` to its header; better, list what it reads in `data` and add `reads = "declared"`."""


def doctor_lines(isolation: Mapping[str, str], unknown: Sequence[str]) -> str:
    """One line for each kind of isolation, with the reason if it is incomplete. unknown: why reads cannot be followed."""
    if not isolation:
        return "No example can run here: the process that supervises runs could not be started."
    text = "\n".join(_lines(isolation, "; ".join(unknown)))
    return text + (f"\n{ADVICE}" if isolation.get("traced") != "all" else "")


def _lines(isolation: Mapping[str, str], unknown: str) -> Iterator[str]:
    for name, (subject, meanings) in MEANINGS.items():
        state = isolation.get(name, "")
        complete = state == next(iter(meanings))
        reason = unknown if name == "traced" else REASONS.get(name, "")
        yield f"{'yes' if complete else 'no ':3} {subject:10} {meanings.get(state, state)}{'' if complete else f' ({reason})'}"
