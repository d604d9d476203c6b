# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision", "numpy", "matplotlib", "pillow", "scipy"]
# [tool.glossary]
# cache = ["flowers102", "resnet18"]
# seeds = [0, 1, 2]
# timeout = 3600
# memory = 6000
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "*.accuracy" = 0.06
# "*seconds" = "none"
# [tool.glossary.charts.accuracy]
# kind = "bars"
# title = "The head start, with photographs"
# caption = "Accuracy on unseen photographs of twenty species after ten labeled ones of each."
# axis = "test photographs classified correctly"
# unit = "percent"
# reference = {guessing = "chance"}
# [tool.glossary.charts.accuracy.bars]
# "fine-tuned" = "finetuned.accuracy"
# "frozen + new head" = "frozen.accuracy"
# "from scratch, 4× the steps" = "scratch.accuracy"
# ///
"""Fine-tuning on photographs of flowers, with weights from ImageNet

The example `flowers` works with drawn pictures and a small network, so that everyone can run it. Would
photographs and a widely used network give similar results? This script finds out. It takes twenty species
from Flowers102, ten labeled photographs of each, and ResNet18 with its ImageNet weights, and compares three
methods: fine-tune all of it, train only a new head on frozen features, and train from scratch.

Neither the photographs nor the weights are part of this project, and nothing here downloads them. The script
runs where both are available and is skipped elsewhere. Its numbers are separate: they are not mixed with any
numbers from `flowers`.

To run it, you need to get two things yourself. For the photographs, run
`torchvision.datasets.Flowers102(folder, download=True)` once, on a machine with a network connection. For the
weights, get the file `resnet18-f37072fd.pth`, which torchvision calls `ResNet18_Weights.IMAGENET1K_V1`. Then
set the variables `FLOWERS102` (the folder that contains `flowers-102`) and `RESNET18` (the file), and run
`glossary run flowers_real`.
"""

# %% Read the photographs
# Maria-Elena Nilsback and Andrew Zisserman (2008) compiled Flowers102 from pictures found on the web, which
# belong to the people who took them. So none of them are shown here. The data set has three parts: ten
# photographs of each species for training, ten for choosing settings, and the rest for testing. We chose no
# settings here, so we combine the first two parts, and each seed draws its own ten from them. The test
# pictures are the same for every seed and are used once, at the end of training.
import copy
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _real_flowers import (
    middle,
    photographs,
    pretrained_resnet,
    shifted_and_mirrored,
    untrained_resnet,
)
from _training import BLUE, GRAY, PANEL, SEED, VERMILION, accuracy, count, fit, shuffled
from torch import Generator, Tensor, nn
from torchvision.datasets import Flowers102

torch.manual_seed(SEED)
species = Flowers102.classes[:20]
per_class, per_class_in_pool, per_class_in_test = 10, 20, 20
chance = 1 / len(species)

for name in ("flowers102", "resnet18"):
    if not Path(name).exists():
        raise SystemExit(f"{name} is not in this folder; the introduction says how to come by it")

pool, pool_labels = photographs(Path("flowers102"), ("train", "val"), len(species), per_class_in_pool)
order = torch.randperm(len(pool), generator=Generator().manual_seed(2000 + SEED))
drawn = torch.cat([order[pool_labels[order] == kind][:per_class] for kind in range(len(species))])
labeled, labels = pool[drawn], pool_labels[drawn]
test, test_labels = photographs(Path("flowers102"), ("test",), len(species), per_class_in_test)
test = middle(test)

print(f"{len(species)} species, from {species[0]} to {species[-1]}")
print(f"{len(labeled)} labeled photographs, {len(test)} test photographs; guessing: {chance:.0%}")

# %% Load the network that has seen ImageNet
# ResNet18 learned to classify a thousand kinds of things from more than a million photographs; a few of the
# thousand are flowers. The file name contains the first digits of the file's SHA-256, and we check them
# before we load a file made by strangers. Then the last layer, with its thousand outputs, is replaced with
# one that has twenty. The weights come with torchvision; ImageNet provides its pictures for research and
# teaching, so read its terms before you sell anything based on them.
pretrained = pretrained_resnet(Path("resnet18"), "f37072fd", len(species))
parameters = count(pretrained.parameters())
head_parameters = count(pretrained.head.parameters())
print(f"{parameters:,} parameters, of which {head_parameters:,} are in the new head")

# %% Fine-tune all of it
# Every parameter is trained, at a small learning rate. The photographs are shifted slightly and mirrored at
# random, here and in the training runs below. The number of steps and the rates are common choices for such a
# network. They were set before we had seen any results on these photographs, so each of the three methods
# could be improved slightly.
steps = 100


def train(name: str, network: nn.Module, steps: int, rate: float) -> dict[str, float]:
    """Train on the labeled photographs, and examine the network once."""
    torch.manual_seed(SEED)
    batches = shuffled(labeled, labels, vary=shifted_and_mirrored)
    seconds = fit(network, batches, steps=steps, rate=rate)
    result = {"accuracy": accuracy(network, test, test_labels), "steps": steps, "seconds": seconds}
    print(f"{name}: accuracy {result['accuracy']:.3f} after {steps} steps, {seconds:.0f} s")
    return result


finetuned_network = copy.deepcopy(pretrained)
finetuned = train("fine-tuned", finetuned_network, steps, rate=0.0005)

# %% Train a head on frozen features
# The body stays frozen, and only the new head is trained: a linear classifier on 512 features that were
# learned for telling objects of all kinds apart, not flowers in particular.
frozen_network = copy.deepcopy(pretrained)
frozen_network.body.requires_grad_(False)
frozen = train("frozen", frozen_network, steps, rate=0.01)

# %% Train from scratch, four times as long
# This is the same network with random weights. It has more to learn, so it gets four times the steps; even
# so, a network of this size was never meant to be trained from scratch on two hundred photographs.
torch.manual_seed(SEED)
scratch_network = untrained_resnet(len(species))
scratch = train("from scratch, 4× steps", scratch_network, 4 * steps, rate=0.002)

# %% Look at each species
# A single figure for all species hides which ones are hard. Each row is a species; the dot is the share of
# its test photographs that the fine-tuned network classifies correctly in this run, and the ring is the share
# for the network trained from scratch. There are only twenty photographs per row, so one photograph moves a
# dot by five points.
kinds = len(species)


@torch.inference_mode()
def share_of_each(network: nn.Module) -> Tensor:
    """By species, the share of test photographs named right."""
    network.eval()
    right = torch.cat([network(some).argmax(dim=1) for some in test.split(50)]) == test_labels
    return torch.bincount(test_labels, weights=right.double(), minlength=kinds) / per_class_in_test


shares = {
    "fine-tuned": (share_of_each(finetuned_network), BLUE, {"markersize": 6}),
    "from scratch, 4× steps": (
        share_of_each(scratch_network),
        VERMILION,
        {"markersize": 10, "fillstyle": "none", "markeredgewidth": 2},
    ),
}
by_ease = shares["fine-tuned"][0].argsort(descending=True, stable=True)

figure, axes = plt.subplots(num="species", figsize=(6, 6.4), **PANEL)
axes.hlines(range(kinds), 0, 1, color="#e4e4e4", linewidth=1)
for (name, (share, color, look)), height in zip(shares.items(), (-2.2, -1.3)):
    axes.plot(share[by_ease], range(kinds), "o", color=color, clip_on=False, **look)
    axes.plot(0.02, height, "o", color=color, **look)
    axes.text(0.05, height, name, color=color, va="center", fontweight="bold")
axes.vlines(chance, -0.5, kinds - 0.5, color=GRAY, linestyle=":", linewidth=1.5)
axes.spines["left"].set_visible(False)
axes.set_yticks(range(kinds), [species[kind] for kind in by_ease])
axes.tick_params(axis="y", length=0)
axes.set_ylim(kinds - 0.4, -2.8)
axes.set_xlim(-0.02, 1)
axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
_ = axes.set_xlabel(f"test photographs named right, of {per_class_in_test} (dotted: guessing)")

easiest, hardest = species[by_ease[0]], species[by_ease[-1]]
print(f"fine-tuned, easiest: {easiest}; hardest: {hardest}")

# %% Write down what was measured
metrics = {
    "finetuned": finetuned,
    "frozen": frozen,
    "scratch": scratch,
    "parameters": parameters,
    "head_parameters": head_parameters,
    "labels_per_class": per_class,
    "classes": kinds,
    "labeled_photographs": len(labeled),
    "test_photographs": len(test),
    "chance": chance,
}
figures = {
    "species": {
        "caption": f"Test photographs named right, by species, in one run: fine-tuned "
        f"{finetuned['accuracy']:.0%} of all, from scratch with four times the steps "
        f"{scratch['accuracy']:.0%}.",
        "alt": f"A chart with {kinds} species in rows, with a dot and a ring in each, sorted by the "
        f"share that the fine-tuned network names right, from {easiest} down to {hardest}; guessing gives {chance:.0%}. "
        + "; ".join(
            f"{name}: from {share.min():.0%} to {share.max():.0%}" for name, (share, *_) in shares.items()
        )
        + ".",
    },
}
print(
    f"fine-tuned {finetuned['accuracy']:.0%}, frozen {frozen['accuracy']:.0%}, "
    f"from scratch with four times the steps {scratch['accuracy']:.0%}"
)
