"""What the flower examples share: the same pictures, the same networks, the same training.

An example about the number of labels and an example about the learning rate can be compared only if
everything else is equal. Everything else is here.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from _drawing import SPECIES, draw_flowers
from _paired import right_answers, share_right
from _training import SEED, accuracy, prepare, shuffled, small_network, warm_up_then_cosine
from safetensors.torch import load_file
from torch import Generator, Tensor, nn
from torch.nn import functional

species = list(SPECIES)
chance = 1 / len(species)
BACKBONES = 3  # as many as the example `objects` pre-trains

Pictures = tuple[Tensor, Tensor]  # (pictures, 3, 64, 64) from 0 to 1, and (pictures,) class numbers
Rates = dict[str, float]  # a learning rate for each part of the network, such as "backbone" and "head"


def flower_pictures(each: int, lot_number: int) -> Pictures:
    """So many pictures of every species, and their labels; the species take turns.

    A different number of pictures from the same lot gives different pictures, not more of the same.
    """
    labels = torch.arange(len(species)).repeat(each)
    return draw_flowers(labels, Generator().manual_seed(lot_number)), labels


def labeled_pictures(each: int = 10, seed: int = SEED) -> Pictures:
    """The pictures to train on, which differ from seed to seed.

    The first ten of each species are those of the example `flowers`. Fewer are the first of these, and
    more are these and others, so a larger set always contains the smaller ones.
    """
    tens = [flower_pictures(10, lot_number=2000 + 1000 * ten + seed) for ten in range((each + 9) // 10)]
    pictures, labels = (torch.cat(parts)[: each * len(species)] for parts in zip(*tens))
    return pictures, labels


@cache
def watched_pictures() -> Pictures:
    """The pictures on which a network is watched while it trains, which differ from seed to seed."""
    return flower_pictures(30, lot_number=44 + 100 * SEED)


@cache
def test_pictures() -> Pictures:
    """The pictures for the test at the end, used once, which differ from seed to seed."""
    return flower_pictures(100, lot_number=56 + 100 * SEED)


def untrained_network(seed: int = SEED) -> nn.Sequential:
    """The small network with random weights, which are the same for the same seed."""
    torch.manual_seed(seed)
    return small_network(len(species))


def pretrained_network(seed: int = SEED) -> nn.Sequential:
    """A backbone that has seen objects, with a head that has seen nothing.

    Each seed has its own backbone, from a pre-training of its own. Seeds beyond these, which are used to choose
    settings, share the first.
    """
    network = untrained_network(seed)
    number = seed if seed < BACKBONES else 0
    network.backbone.load_state_dict(load_file(needed(f"backbone-{number}.safetensors", made_by="objects")))
    return network


@dataclass(frozen=True)
class Training:
    """How a training went: `curve` has (step, accuracy on the watched pictures) from step 0 on."""

    right: Tensor  # for each test picture, whether it is classified correctly
    steps: int
    seconds: float  # CPU seconds of the training alone
    curve: tuple[tuple[int, float], ...]

    @property
    def accuracy(self) -> float:
        """The share of the test pictures that is classified correctly."""
        return share_right(self.right)

    @property
    def metrics(self) -> dict[str, float]:
        return {"accuracy": self.accuracy, "steps": self.steps, "seconds": self.seconds}


def train(
    network: nn.Sequential,
    labeled: Pictures,
    rates: Rates | Callable[[float], Rates],
    *,
    steps: int,
    watch_every: int = 0,
    seed: int = SEED,
    examined_on: Callable[[], Pictures] = test_pictures,
) -> Training:
    """Train what asks for a gradient, watch it every so many steps (0: never), and examine it once.

    `rates` has a learning rate for each part of the network; a part is named by the first words of the
    names of its parameters. Rates can also be a function of the share of the steps that are done. Every
    rate warms up over the first tenth of the steps, then falls to zero along a cosine; a part whose rate
    is zero is frozen. Watching changes nothing in the training.

    Layers that are frozen give the same answer whenever they see the same picture. So the frozen layers at
    the bottom look at each picture once, in each of the eight ways in which it can be shown, and the
    training goes on from their answers. That is quicker, and the result is the same.
    """
    torch.manual_seed(seed)
    start = time.process_time()
    frozen, trained = frozen_and_trained(network)
    groups = parameter_groups(network, rates_at(rates, 1))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    batches = turned_batches(labeled, frozen)
    seconds = time.process_time() - start
    watched = (features(frozen, watched_pictures()[0]), watched_pictures()[1]) if watch_every else None
    curve = [(0, accuracy(trained, *watched))] if watched else []
    for step in range(1, steps + 1):
        start = time.process_time()
        set_rates(optimizer, rates_at(rates, (step - 1) / steps), warm_up_then_cosine(step - 1, steps))
        prepare(trained)
        inputs, answers = next(batches)
        loss = functional.cross_entropy(trained(inputs), answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seconds += time.process_time() - start
        if watched and (step % watch_every == 0 or step == steps):
            curve.append((step, accuracy(trained, *watched)))
    pictures, answers = examined_on()
    return Training(right_answers(network, pictures, answers), steps, seconds, tuple(curve))


def rates_at(rates: Rates | Callable[[float], Rates], progress: float) -> Rates:
    return rates(progress) if callable(rates) else rates


def parameter_groups(network: nn.Module, rates: Rates) -> list[dict]:
    """The parameters of each named part that ask for a gradient, as an optimizer wants them."""
    return [
        {
            "name": part,
            "params": [
                parameter
                for name, parameter in network.named_parameters()
                if name.startswith(part + ".") and parameter.requires_grad
            ],
        }
        for part, rate in rates.items()
        if rate
    ]


def set_rates(optimizer: torch.optim.Optimizer, rates: Rates, factor: float) -> None:
    """Give each part its rate at this moment, and freeze it if that is zero."""
    for group in optimizer.param_groups:
        group["lr"] = rates[group["name"]] * factor
        for parameter in group["params"]:
            parameter.requires_grad_(rates[group["name"]] > 0)


def frozen_and_trained(network: nn.Sequential) -> tuple[nn.Sequential, nn.Sequential]:
    """The frozen layers at the bottom of the network, and all layers above them."""
    layers = [*network.backbone, network.head]
    asks = [any(parameter.requires_grad for parameter in layer.parameters()) for layer in layers]
    first = asks.index(True)
    return nn.Sequential(*layers[:first]), nn.Sequential(*layers[first:])


@torch.no_grad()
def features(layers: nn.Sequential, pictures: Tensor) -> Tensor:
    """What these layers make of the pictures, in examination mode; the pictures themselves without layers."""
    layers.eval()
    return torch.cat([layers(some) for some in pictures.split(256)]) if len(layers) else pictures


def turned_batches(labeled: Pictures, frozen: nn.Sequential) -> Iterator[Pictures]:
    """Endless batches in random order, each shown in one of eight ways, as the frozen layers see it."""
    pictures, answers = labeled
    seen = [features(frozen, turned(pictures, way)) for way in range(8)] if len(frozen) else []

    def in_any_way(chosen: Tensor) -> Tensor:
        way = sum(bit * int(torch.rand(()) < 0.5) for bit in (1, 2, 4))
        return seen[way][chosen] if seen else turned(pictures[chosen], way)

    return shuffled(torch.arange(len(pictures)), answers, vary=in_any_way)


def turned(pictures: Tensor, way: int) -> Tensor:
    """The pictures upside down (1), in a mirror (2) or lying on their side (4), or any sum of these."""
    flips = [axis for axis, bit in ((2, 1), (3, 2)) if way & bit]
    pictures = pictures.flip(flips) if flips else pictures
    return pictures.transpose(2, 3) if way & 4 else pictures


def flagship() -> dict:
    """What the example `flowers` found with this seed: see its last cell for what is in it."""
    return json.loads(needed("flowers.json", made_by="flowers").read_text())


def needed(name: str, *, made_by: str) -> Path:
    """The file of this name in the current folder, or a word on how to come by it."""
    if not Path(name).exists():
        raise SystemExit(f"{name} is not in this folder: run `python examples/{made_by}.py` here first")
    return Path(name)
