"""The product manual: the source text of its pages, and the data in its reference pages."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class CommandLinePart(BaseModel):
    """Part of the description of the command line, which one process sends to another as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(CommandLinePart):
    """An argument or option of a command. `names` holds the names as typed on the command line: `--strict` or `NAME`."""

    names: str
    help: str


class Command(CommandLinePart):
    """One command, as described by `--help`. `usage` is the full usage line."""

    name: str
    usage: str
    text: str
    options: tuple[Option, ...] = ()


class Exit(CommandLinePart):
    """An exit code that any command can return, and its meaning."""

    code: int
    meaning: str


class CommandLine(CommandLinePart):
    """The whole command line: the options that all commands share, the commands, and the exit codes."""

    shared: tuple[Option, ...] = ()
    commands: tuple[Command, ...] = ()
    exits: tuple[Exit, ...] = ()


@dataclass(frozen=True)
class FieldRow:
    """A key that authors can write. `kind` describes its type in words, and `inner` lists the tables of its parts."""

    name: str
    kind: str
    inner: tuple[str, ...]
    required: bool
    default: str
    description: str


@dataclass(frozen=True)
class FieldTable:
    """All the keys of one kind of mapping that authors write."""

    name: str
    description: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True)
class Leaf:
    """A manual page's source text. `source` is the path relative to the templates folder, such as `docs/trust.md`."""

    source: str
    text: str

    @property
    def path(self) -> str:
        """`docs/trust.md` and `docs/trust.md.j2` → `docs/trust/index.md`: each page is in its own folder."""
        bare = self.source.removesuffix(".j2").removesuffix(".md")
        return f"{bare.removesuffix('/index')}/index.md"

    @property
    def title(self) -> str:
        """The page's first heading."""
        heading = next((line for line in self.text.splitlines() if line.startswith("# ")), "# ")
        return heading.removeprefix("# ").strip()

    @property
    def lede(self) -> str:
        """The page's purpose: the first paragraph after the heading."""
        _, _, rest = self.text.partition(f"# {self.title}\n")
        return " ".join(rest.strip().partition("\n\n")[0].split())
