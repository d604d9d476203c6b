"""Turns the references in a script's text into links on a page."""

from __future__ import annotations

from executable_glossary.model.build import PlannedBuild
from executable_glossary.stages.render.page_prose import href
from executable_glossary.text.rest_targets import RestTargets


class RestLinks:
    """The references of a build. Every link is a URL, relative to the page at `path`, and a title."""

    def __init__(self, build: PlannedBuild, id_prefix: str) -> None:
        self._targets = RestTargets(build.glossary, build.plan, id_prefix)

    def find(self, path: str, role: str, target: str, home: str = "") -> tuple[str, str] | None:
        """What a role without its domain refers to; None if that is not known here. home: the page to which the text belongs
        if it is not the page at `path`."""
        own = self._targets.own(home or path, role, target)
        if own is not None:
            file, anchor, title = own
            return href(path, file).removesuffix("index.md") + anchor or "./", title
        defined = self._targets.defined(role, target)
        return (defined.url, defined.title) if defined else None
