"""What the flower examples share: the same pictures, the same networks, the same training.

An example that speaks about the number of labels, and one that speaks about the learning rate, can be
compared only if all else is equal. All else is here.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from _drawing import SPECIES, draw_flowers
from _training import SEED, accuracy, fit, flipped_and_turned, shuffled, small_network
from safetensors.torch import load_file
from torch import Generator, Tensor, nn

species = list(SPECIES)
chance = 1 / len(species)

Pictures = tuple[Tensor, Tensor]  # (pictures, 3, 64, 64) from 0 to 1, and (pictures,) class numbers


def flower_pictures(each: int, lot_number: int) -> Pictures:
    """So many pictures of every species, and their labels; the species take turns.

    Another number of pictures from the same lot gives other pictures, not more of the same.
    """
    labels = torch.arange(len(species)).repeat(each)
    return draw_flowers(labels, Generator().manual_seed(lot_number)), labels


def labeled_pictures(each: int = 10) -> Pictures:
    """The pictures to train on, which differ from seed to seed.

    The first ten of each species are those of the example `flowers`. Fewer are the first of these, and
    more are these and others, so that a larger set always holds the smaller ones.
    """
    tens = [flower_pictures(10, lot_number=2000 + 1000 * ten + SEED) for ten in range((each + 9) // 10)]
    pictures, labels = (torch.cat(parts)[: each * len(species)] for parts in zip(*tens))
    return pictures, labels


@cache
def watched_pictures() -> Pictures:
    """The pictures on which a network is watched while it trains; the same for every seed."""
    return flower_pictures(30, lot_number=44)


@cache
def test_pictures() -> Pictures:
    """The pictures for the examination at the end, looked at once; the same for every seed."""
    return flower_pictures(100, lot_number=56)


def untrained_network() -> nn.Sequential:
    """The small network with random weights, which are the same for the same seed."""
    torch.manual_seed(SEED)
    return small_network(len(species))


def pretrained_network() -> nn.Sequential:
    """The backbone that has seen objects, with a head that has seen nothing."""
    network = untrained_network()
    network.backbone.load_state_dict(load_file(needed("backbone.safetensors", made_by="objects")))
    return network


@dataclass(frozen=True)
class Training:
    """How a training went: `curve` has (step, accuracy on the watched pictures) from step 0 on."""

    accuracy: float  # share of the test pictures named right
    steps: int
    seconds: float  # CPU seconds of the training alone
    rate: float
    curve: tuple[tuple[int, float], ...]

    @property
    def metrics(self) -> dict[str, float]:
        return {"accuracy": self.accuracy, "steps": self.steps, "seconds": self.seconds}


def train(network: nn.Module, labeled: Pictures, *, steps: int, rate: float, watch_every: int) -> Training:
    """Train what asks for a gradient, watch it on the way, and examine it once.

    How often it is watched changes nothing in the training.
    """
    torch.manual_seed(SEED)
    curve = []
    seconds = fit(
        network,
        shuffled(*labeled, vary=flipped_and_turned),
        steps=steps,
        rate=rate,
        watch=lambda step: curve.append((step, accuracy(network, *watched_pictures()))),
        watch_every=watch_every,
    )
    return Training(accuracy(network, *test_pictures()), steps, seconds, rate, tuple(curve))


def flagship() -> dict:
    """What the example `flowers` found with this seed: see its last cell for what is in it."""
    return json.loads(needed("flowers.json", made_by="flowers").read_text())


def needed(name: str, *, made_by: str) -> Path:
    """The file of this name in the current folder, or a word on how to come by it."""
    if not Path(name).exists():
        raise SystemExit(f"{name} is not in this folder: run `python examples/{made_by}.py` here first")
    return Path(name)
