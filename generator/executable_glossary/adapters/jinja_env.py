"""Loads and renders Jinja templates: the project's file, or the packaged file of the same name."""

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

from executable_glossary.adapters.files import refused
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.rule import Rule
from executable_glossary.model.terminal_text import visible_controls
from executable_glossary.model.words import WordsError

TEMPLATE_ERROR = Rule(
    code="template-error",
    when="a template is read or filled",
    summary="A template has a syntax error, includes a missing template, or fails when it is rendered.",
    details="The rule checks all project templates and all packaged templates, including those that no page uses.",
    why="The pages that use the template cannot be built.",
    example="`{{ page.concpet.term }}` in `templates/formats/blog.md.j2`",
    instead="`{{ page.concept.term }}`; the README of the package lists the values that templates receive.",
)
_JINJA = Path(jinja2.__file__).parent


class TemplateFault(Exception):
    """Raised if a template cannot be rendered; `problem` describes the error and its location."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Templates:
    """The templates of one project.

    folder: the project's templates folder, which need not exist. root: the project's folder, to which file
        names in problem messages are relative.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self._own = folder
        self._folders = [path for path in (folder, PACKAGED) if path.is_dir()]
        self._root = root
        self._environment = _environment(FileSystemLoader(self._folders))

    def names(self) -> frozenset[str]:
        """The names by which templates include each other, such as `blocks/why.md.j2`.

        Skips names that start with a dot (editors' temporary files).
        """
        return frozenset(
            path.relative_to(folder).as_posix()
            for folder in self._folders
            for path in folder.rglob("[!.]*.j2")
            if path.is_file()
        )

    def find(self, name: str) -> tuple[Path | None, str]:
        """The path to a non-template file in the template folders (None if missing), and its name in messages."""
        path = next((path for path in self._paths(name)), None)
        return path, self._shown(path, name)

    def find_all(self, name: str) -> tuple[tuple[Path, str], ...]:
        """All files with that name, as pairs like those that `find` returns, with the packaged file first. Later files
        override earlier ones."""
        return tuple((path, self._shown(path, name)) for path in reversed(self._paths(name)))

    def refused(self, path: Path, shown: str) -> Problem | None:
        """The reason one of the project's own files must not be read, or None if it may be read.

        Packaged files may be symbolic links, and so may the templates folder itself.
        """
        if not path.is_relative_to(self._own) or refused(path, self._own.resolve(), shown) is None:
            return None
        return refused(path, self._root, shown)

    def _paths(self, name: str) -> tuple[Path, ...]:
        """All files with that name, starting with the project's own. In the generator's checkout, both folders may be the same."""
        paths = (folder / name for folder in dict.fromkeys(self._folders))
        return tuple(path for path in paths if path.is_file())

    def _shown(self, path: Path | None, name: str) -> str:
        inside = path is not None and path.is_relative_to(self._root)
        return path.relative_to(self._root).as_posix() if path and inside else f"templates/{name}"

    def stems(self, folder: str, suffix: str) -> tuple[str, ...]:
        """The names of the files in a template subfolder, without the suffix: `jargon` for `rules/jargon.yml`."""
        return tuple(
            sorted({path.stem for top in self._folders for path in (top / folder).glob(f"[!.]*{suffix}")})
        )

    def written(self, folder: str) -> Mapping[str, str]:
        """The text of all Markdown files and Markdown templates under a folder, keyed by name, as in `names`."""
        names = {
            path.relative_to(top).as_posix(): path
            for top in reversed(self._folders)
            for path in (top / folder).rglob("[!_.]*.md*")
        }
        return {name: path.read_text("utf-8", "replace") for name, path in sorted(names.items())}

    def problems(self) -> Iterator[Problem]:
        """Syntax errors and missing includes in the project's own templates, whether a page uses them or not.

        The packaged templates are right: the tests check them, as those of this repository's own project.
        """
        names = self.names()
        for name in sorted(names):
            source = self._paths(name)[0]
            if not source.is_relative_to(self._own):
                continue
            if refusal := self.refused(source, self._shown(source, name)):
                yield refusal
                continue
            error, includes = _read(source.read_bytes().decode("utf-8", "replace"), name)
            if error is not None:
                yield self._syntax(error, name)
            for included, line in includes:
                if included not in names:
                    yield self._problem(name, line, f'there is no template "{included}"')

    def provide(self, filters: Mapping[str, Any], functions: Mapping[str, Any]) -> None:
        """Make filters and functions available to every template."""
        self._environment.filters.update(filters)
        self._environment.globals.update(functions)

    def render(self, name: str, **values: Any) -> str:
        """Render a template; control characters become visible signs. Raises TemplateFault with the template's file and line.

        Exceptions raised by our own functions are not caught.
        """
        try:
            # Browsers and search engines do not expect control characters, which the text of scripts can contain.
            return visible_controls(self._environment.get_template(name).render(values))
        except TemplateSyntaxError as error:
            raise TemplateFault(self._syntax(error, name)) from error
        except Exception as error:
            if self._is_ours(error):
                raise
            raise TemplateFault(self._problem(*self._location(error, name), _message(error))) from error

    def _syntax(self, error: TemplateSyntaxError, name: str) -> Problem:
        return self._problem(error.name or name, error.lineno, error.message or "")

    def _problem(self, name: str, line: int, message: str) -> Problem:
        _, shown = self.find(name)
        help = (
            "fix the template; README.md in the installed package executable_glossary lists the values that "
            "templates receive"
        )
        return TEMPLATE_ERROR.at(Place(shown, line), message, help)

    def _is_ours(self, error: Exception) -> bool:
        """Whether one of our own functions raised the exception, which is a bug.

        A mistake in the template itself, such as dividing by zero or misusing the word catalog, does not count.
        """
        if isinstance(error, TemplateError | UnicodeDecodeError | WordsError):
            return False
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        file = Path(frame.f_code.co_filename)
        return not any(file.is_relative_to(folder) for folder in (*self._folders, _JINJA))

    def _location(self, error: Exception, name: str) -> tuple[str, int]:
        """The name and line of the innermost template on the stack. Jinja rewrites tracebacks to point at templates."""
        trace, location = error.__traceback__, (name, 0)
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            for folder in self._folders:
                if file.is_relative_to(folder):
                    location = (file.relative_to(folder).as_posix(), trace.tb_lineno)
            trace = trace.tb_next
        return location


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
    """A template's syntax error, if any, and the templates that it includes, each with its line."""
    try:
        tree = _environment().parse(source, name)
    except TemplateSyntaxError as error:
        return error, ()
    return None, tuple(_includes(tree))


def _includes(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The included templates with their lines. Skips names that are computed during rendering."""
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        named = getattr(node, "template", None)
        if isinstance(named, nodes.Const) and not getattr(node, "ignore_missing", False):
            yield str(named.value), node.lineno


def _message(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f'there is no template "{error.name}"'
    ours = isinstance(error, TemplateError | WordsError)
    message = str(error) if ours else f"{type(error).__name__}: {error}"
    # "'executable_glossary.model.page.Prose object' has no attribute ...": authors know the object as Prose.
    return re.sub(r"'executable_glossary\.(?:\w+\.)*(\w+) object'", r"\1", message)
