"""Hides Jinja's template side: the project's templates first, then the packaged defaults, file by file."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.words import UnknownWords

_JINJA = Path(jinja2.__file__).parent


class TemplateFault(Exception):
    """A template is wrong; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Templates:
    """The templates of one project. `root` is only for naming files in problems."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._folders = [path for path in (folder, PACKAGED) if path.is_dir()]
        self._root = root
        self._environment = _environment(FileSystemLoader(self._folders))

    def names(self) -> frozenset[str]:
        """Names as templates include them: `blocks/why.md.j2`. A dot marks what an editor left while it is open."""
        return frozenset(
            path.relative_to(folder).as_posix()
            for folder in self._folders
            for path in folder.rglob("[!.]*.j2")
            if path.is_file()
        )

    def find(self, name: str) -> tuple[Path | None, str]:
        """A file beside the templates that is none itself, and its name for problems."""
        path = next((path for path in self._paths(name)), None)
        return path, self._shown(path, name)

    def find_all(self, name: str) -> tuple[tuple[Path, str], ...]:
        """Every file of that name as `find` gives it, the packaged one first: later ones override it."""
        return tuple((path, self._shown(path, name)) for path in reversed(self._paths(name)))

    def _paths(self, name: str) -> tuple[Path, ...]:
        """The project's file first. In a checkout of the generator, both folders may be one."""
        paths = (folder / name for folder in dict.fromkeys(self._folders))
        return tuple(path for path in paths if path.is_file())

    def _shown(self, path: Path | None, name: str) -> str:
        inside = path is not None and path.is_relative_to(self._root)
        return path.relative_to(self._root).as_posix() if path and inside else f"templates/{name}"

    def written(self, folder: str) -> Mapping[str, str]:
        """Markdown below a folder, templates and plain text alike, by name as in `names`; the project's own first."""
        names = {
            path.relative_to(top).as_posix(): path
            for top in reversed(self._folders)
            for path in (top / folder).rglob("[!_.]*.md*")
        }
        return {name: path.read_text("utf-8", "replace") for name, path in sorted(names.items())}

    def problems(self) -> Iterator[Problem]:
        """Templates that are not Jinja, or include what is not there, whether a page uses them or not."""
        names = self.names()
        for name in sorted(names):
            source = next(folder / name for folder in self._folders if (folder / name).is_file())
            wrong, wanted = _read(source.read_bytes().decode("utf-8", "replace"), name)
            if wrong is not None:
                yield self._syntax(wrong, name)
            for other, line in wanted:
                if other not in names:
                    yield self._problem(name, line, f'there is no template "{other}"')

    def provide(self, filters: Mapping[str, Any], functions: Mapping[str, Any]) -> None:
        """What every template may use besides the values of its own page."""
        self._environment.filters.update(filters)
        self._environment.globals.update(functions)

    def render(self, name: str, **values: Any) -> str:
        """Raises TemplateFault with the template's file and line."""
        try:
            return self._environment.get_template(name).render(values)
        except TemplateSyntaxError as error:
            raise TemplateFault(self._syntax(error, name)) from error
        except Exception as error:
            if self._is_ours(error):
                raise
            raise TemplateFault(self._problem(*self._where(error, name), _said(error))) from error

    def _syntax(self, error: TemplateSyntaxError, name: str) -> Problem:
        return self._problem(error.name or name, error.lineno, error.message or "")

    def _problem(self, name: str, line: int, message: str) -> Problem:
        _, shown = self.find(name)
        help = "fix the template; generator/README.md says what templates receive"
        return Problem(Place(shown, line), "template-error", message, help)

    def _is_ours(self, error: Exception) -> bool:
        """A template can divide by zero, be no UTF-8 or ask for words that nobody wrote; what any other function of
        ours raises is our bug."""
        if isinstance(error, TemplateError | UnicodeDecodeError | UnknownWords):
            return False
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        file = Path(frame.f_code.co_filename)
        return not any(file.is_relative_to(folder) for folder in (*self._folders, _JINJA))

    def _where(self, error: Exception, name: str) -> tuple[str, int]:
        """The innermost template line on the stack: Jinja rewrites tracebacks to template files."""
        trace, found = error.__traceback__, (name, 0)
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            for folder in self._folders:
                if file.is_relative_to(folder):
                    found = (file.relative_to(folder).as_posix(), trace.tb_lineno)
            trace = trace.tb_next
        return found


def _environment(loader: FileSystemLoader | None = None) -> Environment:
    return Environment(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


@lru_cache(maxsize=2**10)
def _read(source: str, name: str) -> tuple[TemplateSyntaxError | None, tuple[tuple[str, int], ...]]:
    """What is wrong with a template; the templates that it names, each with the line."""
    try:
        tree = _environment().parse(source, name)
    except TemplateSyntaxError as error:
        return error, ()
    return None, tuple(_named(tree))


def _named(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Names that are put together while a page is made are not known before."""
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        named = getattr(node, "template", None)
        if isinstance(named, nodes.Const) and not getattr(node, "ignore_missing", False):
            yield str(named.value), node.lineno


def _said(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f'there is no template "{error.name}"'
    said = (
        str(error) if isinstance(error, TemplateError | UnknownWords) else f"{type(error).__name__}: {error}"
    )
    # "'executable_glossary.model.page.Prose object' has no attribute ...": an author knows it as Prose.
    return re.sub(r"'executable_glossary\.(?:\w+\.)*(\w+) object'", r"\1", said)
