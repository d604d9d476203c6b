"""The manual of the product: its pages as they are written, and what its reference tells about the program."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class Told(BaseModel):
    """Part of a description that one process tells another, as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(Told):
    """An argument or an option of a command. `names` are as one types them, `--strict` or `NAME`."""

    names: str
    help: str


class Command(Told):
    """One command, as `--help` tells of it; `usage` is the whole line."""

    name: str
    usage: str
    text: str
    options: tuple[Option, ...] = ()


class Exit(Told):
    """A number that every command may end with, and what it says."""

    code: int
    meaning: str


class CommandLine(Told):
    """The whole command line: options that all commands have, the commands, and how they end."""

    shared: tuple[Option, ...] = ()
    commands: tuple[Command, ...] = ()
    exits: tuple[Exit, ...] = ()


@dataclass(frozen=True)
class FieldRow:
    """A key that an author may write. `kind` says in words what it holds, `inner` names the tables of its parts."""

    name: str
    kind: str
    inner: tuple[str, ...]
    required: bool
    default: str
    description: str


@dataclass(frozen=True)
class FieldTable:
    """All keys of one thing that authors write."""

    name: str
    description: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True)
class Leaf:
    """A page of the manual as it is written; `source` is its path below the templates, `docs/trust.md`."""

    source: str
    text: str

    @property
    def path(self) -> str:
        """`docs/trust.md` and `docs/trust.md.j2` → `docs/trust/index.md`: each page in a folder of its own."""
        bare = self.source.removesuffix(".j2").removesuffix(".md")
        return f"{bare.removesuffix('/index')}/index.md"

    @property
    def title(self) -> str:
        """Its first heading."""
        heading = next((line for line in self.text.splitlines() if line.startswith("# ")), "# ")
        return heading.removeprefix("# ").strip()

    @property
    def lede(self) -> str:
        """What it is for: the first paragraph after the heading."""
        _, _, rest = self.text.partition(f"# {self.title}\n")
        return " ".join(rest.strip().partition("\n\n")[0].split())
