"""The needs, seeds, caches, and outputs in the header of an example are consistent with the other examples."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.execution.pickles import OUTPUT_PICKLED, has_pickle_name
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule

UNKNOWN_NEED = Rule(
    code="unknown-need",
    when="the content is checked",
    summary="An example needs an example that does not exist.",
    why="The example would wait for files that no other example writes.",
    example='`needs = ["starters"]`',
    instead='`needs = ["starter"]`',
)
NEEDED_SEED = Rule(
    code="needed-seed",
    when="the content is checked",
    summary="An example runs with a seed that is missing from an example it needs.",
    details="""
        If the needed example has several seeds, each run receives the files that were written with the same seed. If
        it has one seed, or measures all its seeds together, every run receives the same files. A run that measures
        several seeds together cannot receive a different file for each seed, so the needed example must have one
        seed, or measure the same seeds together, in the same order.
        """,
    why="The run would have no input.",
    example="`seeds = [0, 1, 2]`, where the needed example has `seeds = [0, 1]`",
    instead="Add seed 2 to the needed example, or give it a single seed.",
)
CACHE_NAME = Rule(
    code="cache-name",
    when="the content is checked",
    summary="A cache has the same name as an output.",
    details="The rule checks the outputs of the example and those of the examples that it needs.",
    why="Both would have the same path in the run's folder.",
    example='`cache = ["photographs"]` and `outputs = ["photographs"]`',
    instead='`cache = ["photographs"]` and `outputs = ["heights.npy"]`',
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for example in glossary.examples.values():
        for need in example.settings.needs:
            yield from _unknown_need(glossary, example, need)
            yield from _needed_seeds(glossary.examples.get(need), example)
        yield from _cache_names(glossary, example)
        yield from _pickles(example)


def _unknown_need(glossary: Glossary, example: Example, need: str) -> Iterator[Problem]:
    if not glossary.has_example(need):
        message = f'{example.name} needs "{need}", but there is no such example'
        help = f"write examples/{need}.py, or correct `needs`: use one of {', '.join(glossary.examples)}"
        yield UNKNOWN_NEED.at(example.setting_place("needs"), message, help)


def _needed_seeds(needed: Example | None, by: Example) -> Iterator[Problem]:
    if needed is None or (by.together and len(needed.seeds) == 1):
        return
    if by.together:
        yield from _needed_together(needed, by)
    elif lacking := [str(seed) for seed in by.seeds if needed.seed_for(seed) not in needed.seeds]:
        listed, plural = ", ".join(lacking), "s" if len(lacking) > 1 else ""
        message = f"{by.name} runs with seed{plural} {listed}, but {needed.name}, which it needs, does not"
        help = f"add {listed} to the seeds of {needed.name}, or give {needed.name} a single seed"
        yield NEEDED_SEED.at(by.setting_place("seeds"), message, help)


def _needed_together(needed: Example, by: Example) -> Iterator[Problem]:
    if needed.together != by.together:
        has = "measures a different list of seeds together" if needed.together else "has a run for each seed"
        message = f"{by.name} measures its seeds together, but {needed.name}, which it needs, {has}"
        listed = ", ".join(map(str, by.together))
        help = f"write seeds = {{together = [{listed}]}} in {needed.name} too, or give {needed.name} a single seed"
        yield NEEDED_SEED.at(by.setting_place("seeds"), message, help)


def _cache_names(glossary: Glossary, example: Example) -> Iterator[Problem]:
    needed = (glossary.examples[need] for need in example.settings.needs if need in glossary.examples)
    files = {name for each in (example, *needed) for name in each.settings.outputs}
    for name in example.settings.cache:
        if name in files:
            message = f'"{name}" is the name of both a cache and an output'
            yield CACHE_NAME.at(example.setting_place("cache"), message, "rename one of them")


def _pickles(example: Example) -> Iterator[Problem]:
    for name in filter(has_pickle_name, example.settings.outputs):
        message = f'"{name}" is the name of a pickle file, and opening one runs the code in it'
        help = "save weights as .safetensors, and numbers as .npy, .csv, or .json"
        yield OUTPUT_PICKLED.at(example.setting_place("outputs"), message, help)
