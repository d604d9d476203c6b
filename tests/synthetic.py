"""A generated glossary of any size, with each concept written for nine readers."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parent.parent
ROLES = ("ml-engineer", "software-architect", "data-scientist")
AUDIENCES = ("manager", "developer", "student")
VOCABULARY = 3000


def write_glossary(folder: Path, concepts: int, seed: int = 0, repository: Path = REPOSITORY) -> None:
    """Writes a project to `folder` with the repository's axes and templates and one recorded example. Each reader's
    text is different."""
    for name in ("templates", "mkdocs.yml"):
        source = repository / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    (folder / "concepts").mkdir()
    shutil.copy(repository / "concepts/_axes.yml", folder / "concepts")
    _copy_example(folder, repository)
    chance = random.Random(seed)
    for number in range(concepts):
        entry = _entry(chance, number, concepts)
        text = yaml.safe_dump(entry, sort_keys=False, width=10_000)
        (folder / "concepts" / f"{_id(number)}.yml").write_text(text, "utf-8")


def _copy_example(folder: Path, repository: Path) -> None:
    """Copies the forgetting example and its record, so that numbers and claims cost as much as in our glossary."""
    examples = repository / "examples"
    (folder / "examples/recorded").mkdir(parents=True)
    for path in examples.glob("_*.py"):
        shutil.copy(path, folder / "examples")
    shutil.copy(examples / "forgetting.py", folder / "examples")
    shutil.copy(examples / "recorded/forgetting.json", folder / "examples/recorded")
    shutil.copytree(examples / "recorded/forgetting", folder / "examples/recorded/forgetting")


def _id(number: int) -> str:
    return f"concept-{number:03d}"


def _entry(chance: random.Random, number: int, concepts: int) -> dict[str, object]:
    others = chance.sample([other for other in range(concepts) if other != number], 3)
    return {
        "term": f"Concept {number:03d}",
        "aliases": [{"text": f"idea {number:03d}", "type": "form"}],
        "meaning": [{"text": _sentence(chance, 15)}, *_for_audiences(chance, 15)],
        "see_also": [
            {"concept": _id(other), "relation": "used-with", "why": _sentence(chance, 12)} for other in others
        ],
        "claims": [
            {
                "id": "forgets",
                "text": _sentence(chance, 12),
                "example": "forgetting",
                # Each claim makes a different comparison.
                "check": f"naive.old <= 0.1{number:03d}",
            }
        ],
        "blocks": {
            "definition": _sentence(chance, 20),
            "why": _for_audiences(chance, 90),
            "how": _for_audiences(chance, 90),
            "summary": f"{_paragraph(chance, 40)} See concept {others[0]:03d}, at {{{{ forgetting.naive.new | percent }}}}.",
            "questions": list(_questions(chance)),
        },
    }


def _for_audiences(chance: random.Random, words: int) -> list[dict[str, object]]:
    return [{"for": {"audience": audience}, "text": _paragraph(chance, words)} for audience in AUDIENCES]


def _questions(chance: random.Random) -> Iterator[dict[str, object]]:
    for role in ROLES:
        for audience in AUDIENCES:
            asked = [{"question": _sentence(chance, 9), "answer": _paragraph(chance, 50)} for _ in range(5)]
            yield {"for": {"role": role, "audience": audience}, "questions": asked}


def _paragraph(chance: random.Random, words: int) -> str:
    return " ".join(_sentence(chance, 12) for _ in range(max(1, words // 12)))


def _sentence(chance: random.Random, words: int) -> str:
    picked = [_word(chance.randrange(VOCABULARY)) for _ in range(words)]
    return " ".join(picked).capitalize() + "."


def _word(number: int) -> str:
    """A short pronounceable word for each number: "bado", "kime"."""
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    word = ""
    while number or len(word) < 4:
        number, consonant = divmod(number, len(consonants))
        number, vowel = divmod(number, len(vowels))
        word += consonants[consonant] + vowels[vowel]
    return word
