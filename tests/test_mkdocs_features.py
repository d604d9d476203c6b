"""A glossary works with everything that an mkdocs.yml can contain: every form of extensions, other plugins, hooks, own
pages. If a plugin or a hook fails, one message says which."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from glossaries import site_built_here

# Without roles and audiences, which are optional.
AXES = """\
formats:
  - id: entry
    label: Entry
    path: ""
    requires: [definition]
    parts: [{block: definition, heading: Definition}]
"""
ENTRIES = {
    "tack": "term: Tack\nsee_also: []\nblocks:\n  definition: |\n    A side. See [[jibe]].\n",
    "jibe": "term: Jibe\nmeaning: A turn.\nblocks:\n  definition: |\n    A turn with the wind.\n",
}
LIST = """\
site_name: Sailing
theme: {name: material, features: [navigation.tabs], palette: {scheme: slate}}
extra_css: [own.css]
hooks: [hooks.py]
nav: [{Home: index.md}, {Ours: own.md}, {Sides: [tack/index.md]}]
extra: {channel: !ENV [NOT_SET, stable]}
markdown_extensions:
  - toc: {permalink: !ENV [NOT_SET, true]}
  - footnotes
  - admonition:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
plugins:
  - search
  - tags
  - glossary: {runs: frozen}
"""
MAPPING = """\
site_name: Sailing
theme: material
markdown_extensions: {toc: {permalink: true}, admonition: null}
plugins: {glossary: {runs: frozen}}
extra_css:
"""
HOOK = "def on_page_markdown(markdown, **others):\n    return markdown + '\\n\\nHooked.\\n'\n"
OWN = "# Ours\n\nSee [a side](tack/index.md).[^1] :smile:\n\n!!! note\n    Boxed.\n\n[^1]: Below.\n"


def laid_out(root: Path, config: str, hook: str = HOOK) -> Path:
    files = {
        "mkdocs.yml": config,
        "hooks.py": hook,
        "docs/own.md": OWN,
        "docs/own.css": "body { margin: 0 }\n",
        "concepts/_axes.yml": AXES,
        **{f"concepts/{id}.yml": text for id, text in ENTRIES.items()},
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def pages(root: Path) -> Mapping[str, str]:
    built = site_built_here(root, root / "site")
    return {name: page.decode() for name, page in built.items() if name.endswith(".html")}


def test_every_form_of_setting_works_with_own_pages_and_hooks(tmp_path: Path) -> None:
    built = pages(laid_out(tmp_path, LIST))
    own, tack = built["own/index.html"], built["tack/index.html"]
    assert all(sign in own for sign in ("Hooked.", "Boxed.", "headerlink", "twemoji", "footnote", "own.css"))
    assert 'href="../tack/"' in own
    assert all(sign in tack for sign in ("Hooked.", "headerlink", "own.css", 'href="../jibe/"', "Ours"))


def test_settings_may_be_mappings_and_empty(tmp_path: Path) -> None:
    assert "headerlink" in pages(laid_out(tmp_path, MAPPING))["tack/index.html"]


def test_a_failing_hook_is_reported_without_a_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = laid_out(tmp_path, LIST, "def on_files(files, **others):\n    return files + 1\n")
    with pytest.raises(Abort):
        pages(root)
    printed = capfd.readouterr().err
    assert 'hooks.py:2: error[bad-setting]: the hook "hooks.py" failed: TypeError: unsupported' in printed
    assert "Traceback" not in printed


def test_a_failing_plugin_is_reported_at_its_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no path")

    monkeypatch.setattr("material.plugins.tags.plugin.TagsPlugin.on_env", fail)
    with pytest.raises(Abort):
        pages(laid_out(tmp_path, LIST))
    place = LIST.splitlines().index("  - tags") + 1
    assert (
        f'mkdocs.yml:{place}: error[bad-setting]: the plugin "material/tags" failed: ValueError: no path'
        in (capfd.readouterr().err)
    )
