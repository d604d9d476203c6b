"""What an example writes for others can be read without running it: no pickles."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.execution.pickles import has_pickle_name
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem


def problems(glossary: Glossary) -> Iterator[Problem]:
    for example in glossary.examples.values():
        for name in filter(has_pickle_name, example.settings.outputs):
            message = f'"{name}" is the name of a pickle, and whoever opens a pickle runs what is in it'
            help = "write weights as .safetensors, numbers as .npy, .csv or .json"
            yield Problem(example.setting_place("outputs"), "output-pickled", message, help)
