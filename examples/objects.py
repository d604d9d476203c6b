# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = []
# outputs = ["backbone-0.safetensors", "backbone-1.safetensors", "backbone-2.safetensors"]
# data = []
# seeds = {together = [0, 1, 2]}
# timeout = 3600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "accuracy" = 0.04
# "*seconds" = "none"
# [tool.glossary.charts.named]
# kind = "bars"
# title = "Objects that it never saw"
# caption = "Accuracy of three networks on unseen drawn objects after pre-training. Each seed of the other examples starts from the backbone of one of them."
# axis = "test pictures classified correctly"
# unit = "percent"
# reference = {guessing = "chance"}
# bars = {"pre-trained network" = "accuracy"}
# ///
"""Pre-training on drawn objects

Before a network can be fine-tuned, someone has to train it. Here we do that. A small network learns to
recognize twenty-four kinds of drawn objects, from arrows to wheels. Nobody needs it for that. We keep what it
had to learn along the way: edges, corners, arcs, and how they are combined.

There are no flowers among the objects. The part of the network that processes the picture, its *backbone*, is
saved to a file, and the flower examples start from that file. Would another training run have given a backbone
that is just as useful? To find out, we train three networks, and each repeat of the other examples starts from
a different one.
"""

# %% Look at the data
# A program draws each picture, so we can have as many as we like, and every label is correct. Hue, texture,
# light, background, size, position, angle and clutter are random; only the shape shows the kind.
import os
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _drawing import OBJECTS, draw_objects
from _training import BLUE, GRAY, PANEL, accuracy, count, fit, small_network
from safetensors.torch import save_file
from torch import Generator, Tensor, nn
from torch.nn import functional

SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "0,1,2").split(",")]
kinds = list(OBJECTS)
chance = 1 / len(kinds)

# For the eye, one of each kind is drawn finer than the 64 by 64 pixels that the network gets.
shown = functional.avg_pool2d(draw_objects(torch.arange(len(kinds)), Generator().manual_seed(11), 256), 2)

figure, places = plt.subplots(4, 6, num="objects", figsize=(6, 4.7), dpi=100, **PANEL)
for kind, picture, place in zip(kinds, shown, places.flat):
    place.imshow(picture.permute(1, 2, 0))
    place.set_title(kind, loc="center", fontsize=9.5, fontweight="normal", pad=3)
    place.set_axis_off()

print(f"{len(kinds)} kinds; guessing would be right {chance:.1%} of the time")


# %% Build the network
# The network has five blocks of convolution, normalization and ReLU, then one linear layer, the *head*. The
# pooling between them keeps the strongest response of each feature wherever it occurs: a wheel is a wheel in
# any corner. We build it three times, with different random weights.
def untrained(seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    return small_network(len(kinds))


networks = [untrained(seed) for seed in SEEDS]
network = networks[0]

for name, part in network.backbone.named_children():
    print(f"{name:8} {count(part.parameters()):>7,} parameters")
print(f"{'head':8} {count(network.head.parameters()):>7,} parameters")

# %% Train it
# Every batch is new: a network never sees the same picture twice, so it cannot memorize pictures. The three
# networks learn from the same drawings in a different order. They are trained in one loop, and the loss is the
# mean of their losses, so none of them affects the others. During training, we track accuracy on a separate
# set of objects.
steps, batch = 1700, 32


class SideBySide(nn.Module):
    """Several networks; each gets its own part of the batch."""

    def __init__(self, networks: list[nn.Sequential]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, pictures: Tensor) -> Tensor:
        parts = pictures.chunk(len(self.networks))
        return torch.cat([network(part) for network, part in zip(self.networks, parts)])


def drawn_batches(lot: Generator):
    """Endless batches of pictures nobody has seen before; drawn 800 at a time, which is quicker.

    Each network begins at a different place among the 25 batches that are drawn together.
    """
    while True:
        labels = torch.randint(len(kinds), (25 * batch,), generator=lot)
        pictures, labels = draw_objects(labels, lot).split(batch), labels.split(batch)
        for place in range(25):
            own = [(place + 8 * number) % 25 for number in range(len(networks))]
            yield torch.cat([pictures[one] for one in own]), torch.cat([labels[one] for one in own])


watched_labels = torch.arange(len(kinds)).repeat(20)
watched = draw_objects(watched_labels, Generator().manual_seed(22))
curves = [[] for _ in networks]


def watch(step: int) -> None:
    for curve, one in zip(curves, networks):
        curve.append((step, accuracy(one, watched, watched_labels)))
    if step % 425 == 0:
        print(f"step {step:>5,}   accuracy " + "   ".join(f"{curve[-1][1]:.2f}" for curve in curves))


lot = Generator().manual_seed(1000)
seconds = fit(
    SideBySide(networks), drawn_batches(lot), steps=steps, rate=0.005, watch=watch, watch_every=85
) / len(networks)

# %% Examine it
# Each network takes a test of its own: new objects that it sees only now.
test_labels = torch.arange(len(kinds)).repeat(50)
right = [
    accuracy(one, draw_objects(test_labels, Generator().manual_seed(34 + 1000 * seed)), test_labels)
    for seed, one in zip(SEEDS, networks)
]

ends = [curve[-1][1] for curve in curves]
figure, axes = plt.subplots(num="curve", **PANEL)
for curve in curves:
    axes.plot(*zip(*curve), color=BLUE, alpha=0.6)
axes.axhline(chance, color=GRAY, linestyle=":", linewidth=1.5)
axes.text(steps, chance + 0.02, f"guessing: {chance:.0%}", ha="right", color=GRAY)
axes.text(
    steps, max(ends) + 0.03, f"{min(ends):.0%} to {max(ends):.0%}", ha="right", color=BLUE, fontweight="bold"
)
axes.set_ylim(0, 1.02)
axes.set_xlim(0, steps)
axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
axes.set_xlabel(f"training steps, {batch} new pictures each")
axes.set_ylabel("unseen objects classified correctly")
axes.set_title("Three networks learn to tell shapes apart")

print(f"accuracy on {len(test_labels):,} unseen pictures: " + ", ".join(f"{one:.3f}" for one in right))

# %% Save the backbone
# The heads know only these twenty-four kinds, so we discard them. Each backbone goes into a safetensors file.
# Such a file contains numbers and names but nothing that could run, so even a stranger's weights are safe to
# open.
for seed, one in zip(SEEDS, networks):
    weights = {name: weight.contiguous() for name, weight in one.backbone.state_dict().items()}
    save_file(weights, f"backbone-{seed}.safetensors")

metrics = {
    "accuracy": right,
    "chance": chance,
    "classes": len(kinds),
    "parameters": count(network.parameters()),
    "megabytes": Path(f"backbone-{SEEDS[0]}.safetensors").stat().st_size / 1e6,
    "images_seen": steps * batch,
    "steps": steps,
    "seconds": seconds,
}
middle = len(curves[0]) // 2
figures = {
    "objects": {
        "caption": f"One drawn picture of each of the {len(kinds)} kinds of object.",
        "alt": f"A grid of {len(kinds)} small pictures of drawn objects in random colors and sizes on "
        f"blurred, cluttered backgrounds, each under its name: {', '.join(kinds)}.",
    },
    "curve": {
        "caption": f"Accuracy of the {len(networks)} networks on watched pictures, which they never trained on. On test "
        f"pictures, which were used once, they reach {min(right):.0%} to {max(right):.0%} after {steps:,} steps of "
        f"{batch} pictures.",
        "alt": f"Line chart of the share of unseen objects that {len(networks)} networks classify correctly during "
        f"training. They start near guessing, {chance:.0%}. After {curves[0][middle][0]:,} steps they are at "
        + ", ".join(f"{curve[middle][1]:.0%}" for curve in curves)
        + f", and after {steps:,} steps at "
        + ", ".join(f"{end:.0%}" for end in ends)
        + ".",
    },
}
print(f"backbone-{SEEDS[0]}.safetensors: {metrics['megabytes']:.2f} MB")
