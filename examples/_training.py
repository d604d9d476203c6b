"""What the examples share: one training loop, one measure of success, one look for the charts.

Nothing here is special. The loop is the one found in every PyTorch tutorial, written once so that
each example can speak about what it changes: the data, the starting weights, or what is trained.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator

import matplotlib

matplotlib.use("Agg")  # draws into files; no window is opened, also on a machine without a screen

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn
from torch.nn import functional

# Two threads that share a busy core make a network this small slower, and one thread adds up numbers
# in the same order every time: the same seed then gives the same bits.
torch.set_num_threads(1)

SEED = int(os.environ.get("SEED", "0"))

# Okabe and Ito (2008): eight colors that people with any common color blindness can tell apart.
BLACK, GRAY, WHITE = "#1a1a1a", "#6b6b6b", "#ffffff"
ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = "#e69f00", "#56b4e9", "#009e73", "#0072b2", "#d55e00", "#cc79a7"

# A white panel with a light border reads well on a light page and on a dark one.
PANEL = {"facecolor": WHITE, "edgecolor": "#d4d4d4", "linewidth": 2}

plt.rcParams.update(
    {
        "figure.figsize": (6, 3.6),
        "figure.dpi": 160,
        "savefig.dpi": 160,
        "figure.constrained_layout.use": True,
        "font.size": 11,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.labelsize": 10.5,
        "axes.edgecolor": GRAY,
        "axes.labelcolor": BLACK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": BLACK,
        "ytick.color": BLACK,
        "lines.linewidth": 2.2,
        "svg.hashsalt": "examples",
    }
)


def fit(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    steps: int,
    rate: float,
    batch: int = 32,
    watch: Callable[[int], None] = lambda step: None,
    watch_every: int = 20,
) -> None:
    """Train those parameters of `model` that ask for a gradient.

    images: (pictures, ...) floats. labels: (pictures,) class numbers. One step sees `batch` pictures.
    The learning rate warms up over the first tenth of the steps, then falls to zero along a cosine.
    `watch` is called before the first step, after every `watch_every` steps, and after the last one.
    """
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warm_up_then_cosine(step, steps))
    watch(0)
    for step, chosen in zip(range(1, steps + 1), batches(len(images), batch)):
        model.train()
        loss = functional.cross_entropy(model(images[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % watch_every == 0 or step == steps:
            watch(step)


@torch.inference_mode()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share of pictures, from 0 to 1, whose highest score is that of the right class."""
    model.eval()
    right = sum(
        int((model(some).argmax(dim=1) == answers).sum())
        for some, answers in zip(images.split(256), labels.split(256))
    )
    return right / len(labels)


def count(parameters: Iterable[Tensor]) -> int:
    """How many numbers these parameters hold together."""
    return sum(parameter.numel() for parameter in parameters)


def warm_up_then_cosine(step: int, steps: int) -> float:
    """The factor on the learning rate at `step`: up in a line, then down along half a cosine."""
    warm_up = max(1, steps // 10)
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def batches(pictures: int, batch: int) -> Iterator[Tensor]:
    """Endless batches of picture numbers; every picture comes once before any comes again."""
    left = torch.empty(0, dtype=torch.long)
    while True:
        while len(left) < batch:
            left = torch.cat([left, torch.randperm(pictures)])
        chosen, left = left[:batch], left[batch:]
        yield chosen
