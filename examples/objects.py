# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = []
# outputs = ["backbone.safetensors"]
# data = []
# seeds = [0]
# timeout = 600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "accuracy" = 0.04
# "*seconds" = "none"
# [tool.glossary.charts.named]
# kind = "bars"
# title = "Objects that it never saw"
# caption = "Accuracy on unseen drawn objects after pre-training. There is only one run, because all other examples start from its backbone."
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
saved to a file, and the flower example starts from that file.
"""

# %% Look at the data
# A program draws each picture, so we can have as many as we like, and every label is correct. Hue, texture,
# light, background, size, position, angle and clutter are random; only the shape shows the kind.
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _drawing import OBJECTS, draw_objects
from _training import BLUE, GRAY, PANEL, SEED, accuracy, count, fit, small_network
from safetensors.torch import save_file
from torch import Generator
from torch.nn import functional

torch.manual_seed(SEED)
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
# any corner.
network = small_network(len(kinds))

for name, part in network.backbone.named_children():
    print(f"{name:8} {count(part.parameters()):>7,} parameters")
print(f"{'head':8} {count(network.head.parameters()):>7,} parameters")

# %% Train it
# Every batch is new: the network never sees the same picture twice, so it cannot memorize pictures. During
# training, we track accuracy on a separate set of objects. Another set is reserved for the final figure and
# is used only once.
steps, batch = 1700, 32


def drawn_batches(lot: Generator):
    """Endless batches of pictures nobody has seen before; drawn 800 at a time, which is quicker."""
    while True:
        labels = torch.randint(len(kinds), (25 * batch,), generator=lot)
        yield from zip(draw_objects(labels, lot).split(batch), labels.split(batch))


watched_labels = torch.arange(len(kinds)).repeat(20)
watched = draw_objects(watched_labels, Generator().manual_seed(22))
curve = []


def watch(step: int) -> None:
    curve.append((step, accuracy(network, watched, watched_labels)))
    if step % 425 == 0:
        print(f"step {step:>5,}   accuracy {curve[-1][1]:.2f}")


lot = Generator().manual_seed(1000 + SEED)
seconds = fit(network, drawn_batches(lot), steps=steps, rate=0.005, watch=watch, watch_every=85)

# %% Examine it
test_labels = torch.arange(len(kinds)).repeat(50)
test = draw_objects(test_labels, Generator().manual_seed(34))
right = accuracy(network, test, test_labels)

figure, axes = plt.subplots(num="curve", **PANEL)
axes.plot(*zip(*curve), color=BLUE)
axes.axhline(chance, color=GRAY, linestyle=":", linewidth=1.5)
axes.text(steps, chance + 0.02, f"guessing: {chance:.0%}", ha="right", color=GRAY)
axes.text(steps, curve[-1][1] + 0.03, f"{curve[-1][1]:.0%}", ha="right", color=BLUE, fontweight="bold")
axes.set_ylim(0, 1)
axes.set_xlim(0, steps)
axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
axes.set_xlabel(f"training steps, {batch} new pictures each")
axes.set_ylabel("unseen objects named right")
axes.set_title("Learning to tell shapes apart")

print(f"accuracy on {len(test):,} unseen pictures: {right:.3f}")

# %% Save the backbone
# The head knows only these twenty-four kinds, so we discard it. The backbone goes into a safetensors file.
# Such a file contains numbers and names but nothing that could run, so even a stranger's weights are safe to
# open.
weights = {name: weight.contiguous() for name, weight in network.backbone.state_dict().items()}
save_file(weights, "backbone.safetensors")

metrics = {
    "accuracy": right,
    "chance": chance,
    "classes": len(kinds),
    "parameters": count(network.parameters()),
    "megabytes": Path("backbone.safetensors").stat().st_size / 1e6,
    "images_seen": steps * batch,
    "steps": steps,
    "seconds": seconds,
}
figures = {
    "objects": {
        "caption": f"One drawn picture of each of the {len(kinds)} kinds of object.",
        "alt": f"A grid of {len(kinds)} small pictures of drawn objects in random colors and sizes on "
        f"blurred, cluttered backgrounds, each under its name: {', '.join(kinds)}.",
    },
    "curve": {
        "caption": f"Accuracy on watched pictures, which the network never trained on. On the test pictures, "
        f"which were looked at once, it names {right:.0%} right after {steps:,} steps of {batch} pictures.",
        "alt": "Line chart of the share of unseen objects named right while training. "
        f"It starts near guessing, {chance:.0%}, and reaches {curve[len(curve) // 2][1]:.0%} "
        f"after {curve[len(curve) // 2][0]:,} steps and {curve[-1][1]:.0%} after {steps:,} steps.",
    },
}
print(f"backbone.safetensors: {metrics['megabytes']:.2f} MB")
