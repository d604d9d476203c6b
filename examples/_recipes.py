"""The ways to train the flower network that the examples compare, and the settings that were tried for each.

Every way gets the same care: six settings, a table of three by two where a way has two rates. Which setting is
best is not decided here but measured: see the example `settings`, whose results are in the folder `tried`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import log, sqrt
from pathlib import Path

import torch
from _flowers import (
    Pictures,
    Rates,
    flower_pictures,
    labeled_pictures,
    pretrained_network,
    species,
    train,
    untrained_network,
)
from torch import Tensor, nn

STEPS = 200  # of 32 pictures each, for every way and every number of labels
blocks = [f"backbone.block{number}" for number in range(1, 6)]


@dataclass(frozen=True)
class Recipe:
    """A way to train: what it starts from, which rates follow from a setting, and the settings to try."""

    start: Callable[[int], nn.Sequential]  # the network for a seed; what asks for a gradient will be trained
    rates: Callable[..., Rates | Callable[[float], Rates]]
    tried: dict[str, list[float]]  # all combinations of these are the settings

    def settings(self) -> Iterator[dict[str, float]]:
        for values in product(*self.tried.values()):
            yield dict(zip(self.tried, values))


def one_rate(rate: float) -> Rates:
    return {"backbone": rate, "head": rate}


def two_rates(body: float, head: float) -> Rates:
    return {"backbone": body, "head": head}


def discriminative(head: float, factor: float) -> Rates:
    """The head's rate divided by `factor` for each part further down (Howard and Ruder, 2018)."""
    return {part: head / factor ** (5 - place) for place, part in enumerate([*blocks, "head"])}


def gradual(body: float, head: float) -> Callable[[float], Rates]:
    """Head first, then one block more at every eighth of the way, from the last to the first (same paper)."""

    def rates(progress: float) -> Rates:
        joined = {block: body * (progress >= (5 - place) / 8) for place, block in enumerate(blocks)}
        return joined | {"head": head}

    return rates


def only_head(seed: int) -> nn.Sequential:
    network = pretrained_network(seed)
    network.backbone.requires_grad_(False)
    return network


def last_block_and_head(seed: int) -> nn.Sequential:
    network = only_head(seed)
    network.backbone.block5.requires_grad_(True)
    return network


class Adapted(nn.Module):
    """A frozen convolution, and beside it a thin one that learns."""

    def __init__(self, frozen: nn.Conv2d, rank: int) -> None:
        super().__init__()
        self.frozen = frozen.requires_grad_(False)
        self.down = nn.Conv2d(frozen.in_channels, rank, 3, stride=frozen.stride, padding=1, bias=False)
        self.up = nn.Conv2d(rank, frozen.out_channels, 1, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.frozen(pictures) + self.up(self.down(pictures))


def with_adapters(seed: int, rank: int = 4) -> nn.Sequential:
    """The pre-trained network with an adapter beside each convolution; the rest of the backbone is frozen."""
    network = only_head(seed)
    torch.manual_seed(seed)
    for part in blocks:
        block = network.get_submodule(part)
        block.conv = Adapted(block.conv, rank)
    return network.to(memory_format=torch.channels_last)


RECIPES = {
    "finetuned": Recipe(
        pretrained_network, two_rates, {"body": [0.0002, 0.0006, 0.002], "head": [0.01, 0.03]}
    ),
    "frozen": Recipe(only_head, lambda head: {"head": head}, {"head": [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]}),
    "scratch": Recipe(untrained_network, one_rate, {"rate": [0.0006, 0.002, 0.005, 0.01, 0.02, 0.05]}),
    "full": Recipe(pretrained_network, one_rate, {"rate": [0.0002, 0.0006, 0.002, 0.005, 0.01, 0.02]}),
    "last_block": Recipe(
        last_block_and_head,
        lambda block, head: {"backbone.block5": block, "head": head},
        {"block": [0.0006, 0.002, 0.006], "head": [0.002, 0.02]},
    ),
    "discriminative": Recipe(
        pretrained_network, discriminative, {"head": [0.002, 0.006, 0.02], "factor": [2.6, 1.6]}
    ),
    "gradual": Recipe(pretrained_network, gradual, {"body": [0.0006, 0.002, 0.006], "head": [0.002, 0.02]}),
    "lora": Recipe(with_adapters, two_rates, {"body": [0.002, 0.006, 0.02], "head": [0.01, 0.03]}),
}
EVERYWHERE = ["finetuned", "frozen", "scratch"]  # tried for all these numbers of labels, the others for ten
LABELS = [2, 10, 50]
CHOOSING = 900  # pictures for choosing in each drawing
DRAWINGS = [100]  # the seeds of the flowers for trying; the runs of the examples use others


@cache
def choosing_pictures(drawing: int) -> Pictures:
    """The pictures on which settings are compared. No other example sees them."""
    return flower_pictures(CHOOSING // len(species), lot_number=9000 + drawing)


def try_setting(name: str, labels: int, setting: dict[str, float], drawing: int) -> float:
    """Accuracy on the pictures for choosing, after training on labeled pictures of their own."""
    recipe = RECIPES[name]
    return train(
        recipe.start(drawing),
        labeled_pictures(labels, drawing),
        recipe.rates(**setting),
        steps=STEPS,
        seed=drawing,
        examined_on=lambda: choosing_pictures(drawing),
    ).accuracy


TRIED = Path(__file__).with_name("tried")  # one file for each case


def cases() -> list[tuple[str, int]]:
    """Each way to train with each number of labels for which settings were tried."""
    return [(name, labels) for name in RECIPES for labels in (LABELS if name in EVERYWHERE else [10])]


def try_all() -> None:
    """Train with every setting in every case, and write the results down for the other examples."""
    for name, labels in cases():
        rows = [
            {
                "setting": setting,
                "accuracy": [try_setting(name, labels, setting, drawing) for drawing in DRAWINGS],
            }
            for setting in RECIPES[name].settings()
        ]
        write_down(name, labels, rows)


def write_down(name: str, labels: int, rows: list[dict]) -> None:
    lines = ",\n".join(
        json.dumps(row | {"accuracy": [round(one, 4) for one in row["accuracy"]]}) for row in rows
    )
    (TRIED / f"{name}-{labels}.json").write_text(f"[\n{lines}\n]\n")


def tried(name: str, labels: int) -> list[dict]:
    """The settings of this way with so many labels, each with its accuracy for every drawing."""
    return json.loads((TRIED / f"{name}-{labels}.json").read_text())


def chosen(name: str, labels: int) -> dict[str, float]:
    """The gentlest setting among those that the pictures for choosing cannot tell from the best one.

    These are the settings within one standard error of the best (Breiman and others, 1984); the gentlest is the
    first in the list, whose rates are the smallest. Where no setting was tried with so many labels, the answer
    is that for the nearest number.
    """
    nearest = min((some for way, some in cases() if way == name), key=lambda some: abs(log(some / labels)))
    means = [(sum(row["accuracy"]) / len(DRAWINGS), row["setting"]) for row in tried(name, nearest)]
    best = max(mean for mean, _ in means)
    error = sqrt(best * (1 - best) / (CHOOSING * len(DRAWINGS)))
    return next(setting for mean, setting in means if mean >= best - error)


def rates_of(name: str, labels: int) -> Rates | Callable[[float], Rates]:
    """The learning rates that follow from the chosen setting."""
    return RECIPES[name].rates(**chosen(name, labels))
