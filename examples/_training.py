"""What the examples share: one training loop, one measure of success, one look for the charts.

Nothing here is special. The loop is the one found in every PyTorch tutorial, written once so that
each example can speak about what it changes: the data, the starting weights, or what is trained.
"""

import math
import os
import time
from collections import OrderedDict
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
        "figure.constrained_layout.h_pad": 0.08,
        "figure.constrained_layout.w_pad": 0.08,
        "figure.constrained_layout.hspace": 0,
        "figure.constrained_layout.wspace": 0,
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


def small_network(classes: int) -> nn.Sequential:
    """A backbone that turns a picture into 96 features, and a head that turns them into scores.

    Takes (pictures, 3, 64, 64), gives (pictures, classes). Each block halves the picture or looks again.
    The pooling at the end keeps the strongest answer to each feature, wherever in the picture it was.
    """
    backbone = nn.Sequential(
        OrderedDict(
            block1=block(3, 24, stride=2),
            block2=block(24, 48, stride=2),
            block3=block(48, 64, stride=1),
            block4=block(64, 96, stride=2),
            block5=block(96, 96, stride=1),
            pool=nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()),
        )
    )
    network = nn.Sequential(OrderedDict(backbone=backbone, head=nn.Linear(96, classes)))
    return network.to(memory_format=torch.channels_last)


def block(channels_in: int, channels_out: int, *, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(OrderedDict(conv=convolution, norm=nn.BatchNorm2d(channels_out), relu=nn.ReLU()))


def fit(
    model: nn.Module,
    batches: Iterator[tuple[Tensor, Tensor]],
    *,
    steps: int,
    rate: float,
    watch: Callable[[int], None] = lambda step: None,
    watch_every: int = 20,
) -> float:
    """Train those parameters of `model` that ask for a gradient; return the CPU seconds that it took.

    `batches` gives pairs of images and class numbers, one pair a step. The learning rate warms up over
    the first tenth of the steps, then falls to zero along a cosine. `watch` is called before the first
    step, after every `watch_every` steps, and after the last one; its time is not counted.
    """
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warm_up_then_cosine(step, steps))
    seconds = 0.0
    watch(0)
    for step in range(1, steps + 1):
        start = time.process_time()
        prepare(model)
        images, labels = next(batches)
        loss = functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        seconds += time.process_time() - start
        if step % watch_every == 0 or step == steps:
            watch(step)
    return seconds


def shuffled(
    images: Tensor, labels: Tensor, vary: Callable[[Tensor], Tensor] = lambda some: some, batch: int = 32
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless batches in random order; every image comes once before any comes again.

    `vary` may change the images of a batch; `flipped_and_turned` does so for pictures.
    """
    left = torch.empty(0, dtype=torch.long)
    while True:
        while len(left) < batch:
            left = torch.cat([left, torch.randperm(len(images))])
        chosen, left = left[:batch], left[batch:]
        yield vary(images[chosen]), labels[chosen]


@torch.inference_mode()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share of pictures, from 0 to 1, whose highest score is that of the right class."""
    model.eval()
    right = sum(
        int((model(some).argmax(dim=1) == answers).sum())
        for some, answers in zip(images.split(256), labels.split(256))
    )
    return right / len(labels)


def flipped_and_turned(pictures: Tensor) -> Tensor:
    """The batch seen in a mirror, upside down or lying on its side, as the dice fall: eight ways in all."""
    flips = [axis for axis in (2, 3) if torch.rand(()) < 0.5]
    pictures = pictures.flip(flips) if flips else pictures
    return pictures.transpose(2, 3) if torch.rand(()) < 0.5 else pictures


def count(parameters: Iterable[Tensor]) -> int:
    """How many numbers these parameters hold together."""
    return sum(parameter.numel() for parameter in parameters)


def warm_up_then_cosine(step: int, steps: int) -> float:
    """The factor on the learning rate at `step`: up in a line, then down along half a cosine."""
    warm_up = max(1, steps // 10)
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def prepare(model: nn.Module) -> None:
    """Training mode, except for frozen parts.

    Batch normalization keeps running averages, which are no parameters and move in training mode even
    when its weights are frozen. A part without a single trained parameter therefore stays as it is.
    """
    model.train()
    for part in model.modules():
        parameters = list(part.parameters())
        if parameters and not any(parameter.requires_grad for parameter in parameters):
            part.eval()
