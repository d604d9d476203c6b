# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision", "numpy", "scipy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = ["objects"]
# outputs = ["flowers.json", "finetuned.safetensors", "last_block.safetensors"]
# data = ["tried/finetuned-10.json", "tried/frozen-10.json", "tried/last_block-10.json", "tried/scratch-10.json"]
# seeds = [0, 1, 2]
# timeout = 3600
# memory = 3072
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# # About twice the largest difference between runs on two kinds of processors.
# "*.accuracy" = 0.08
# "paired.*" = 0.15
# "*seconds" = "none"
# [tool.glossary.charts.compared]
# kind = "bars"
# title = "The head start"
# caption = "Accuracy on unseen flowers after ten labeled pictures of each species."
# axis = "test pictures classified correctly"
# unit = "percent"
# reference = {guessing = "chance"}
# bars = {"fine-tuned" = "finetuned.accuracy", "frozen + new head" = "frozen.accuracy", "last block + head" = "last_block.accuracy", "from scratch" = "scratch.accuracy", "scratch, 4× steps" = "scratch_long.accuracy"}
# ///
"""Fine-tuning on flowers with ten labeled pictures each

You have ninety labeled pictures: nine species of flowers, ten pictures of each. Is that enough to teach a
network to tell them apart? It depends on where the network starts.

This script starts from a network that has learned to recognize drawn objects (see the example `objects`) and
compares five methods: fine-tune all of it, train only a new head on frozen features, train the head and the
last block, discard what was learned and train from scratch, and train from scratch four times as long. Every
species comes in every color, so color is almost no help. The network has to rely on shape.
"""

# %% Look at the data
# The flowers are drawn, like the objects, but there were no flowers among the objects. There are three
# separate sets of pictures: *labeled* pictures for training, *watched* pictures for the learning curves, and
# *test* pictures, which are used once, at the end of training. All three differ from seed to seed.
#
# The learning rates were chosen on a fourth set that is never used here. For each method, we tried the same
# number of settings; the example `settings` shows them all and which one we use.
import json
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _drawing import draw_flowers
from _flowers import (
    chance,
    labeled_pictures,
    pretrained_network,
    species,
    test_pictures,
    train,
    untrained_network,
    watched_pictures,
)
from _paired import as_text, compared
from _recipes import STEPS, chosen, rates_of
from _state import changed, state_of, surprises
from _training import BLACK, BLUE, GRAY, GREEN, PANEL, VERMILION, WHITE, count
from safetensors.torch import save_file
from torch import Generator, Tensor, nn
from torch.nn import functional

per_class = 10
labeled, labels = labeled_pictures(per_class)
test, test_labels = test_pictures()

# For the eye, two of each species are drawn finer than the 64 by 64 pixels that the network gets.
two_each = torch.arange(len(species)).repeat_interleave(2)
shown = functional.avg_pool2d(draw_flowers(two_each, Generator().manual_seed(66), 256), 2)

figure, places = plt.subplots(3, 3, num="flowers", figsize=(6, 4.1), dpi=104, **PANEL)
for name, two, place in zip(species, shown.split(2), places.flat):
    place.imshow(torch.cat(list(two), dim=2).permute(1, 2, 0))
    place.set_title(name, loc="center", fontweight="normal", pad=4)
    place.set_axis_off()

print(f"{len(species)} species: {', '.join(species)}")
print(f"{len(labeled)} labeled pictures, {len(test)} test pictures; guessing: {chance:.0%}")

# %% Load the backbone
# The file contains the weights of the part that processes pictures. We build the same network, load the
# weights, and add a new head with one output for each species. The new head knows nothing yet. Each seed starts
# from a different pre-trained network.
parameters = count(pretrained_network().parameters())
head_parameters = count(pretrained_network().head.parameters())
print(f"{parameters:,} parameters, of which {head_parameters:,} are in the new head")

# %% Fine-tune all of it
# Every parameter is trained. Each batch is mirrored and turned at random, here and in all training runs
# below: a flower seen in a mirror is still the same flower. The backbone has a small learning rate, because
# what it knows is worth keeping. The new head, which knows nothing, has a large one.
steps = STEPS


def trained(name: str, network: nn.Module, way: str, steps: int = STEPS):
    """Train on the labeled pictures in the way of this name, and print how it went."""
    rates = rates_of(way, per_class)
    training = train(network, (labeled, labels), rates, steps=steps, watch_every=steps // 10)
    setting = ", ".join(f"{part} {value:g}" for part, value in chosen(way, per_class).items())
    print(f"{name} ({setting}): accuracy {training.accuracy:.3f} after {steps} steps")
    return training


finetuned_network = pretrained_network()
finetuned = trained("fine-tuned", finetuned_network, "finetuned")

# %% Train a head on frozen features
# Now the backbone is frozen and only the new head is trained: a linear classifier on 96 features that were
# learned for telling objects apart.
frozen_network = pretrained_network()
frozen_network.backbone.requires_grad_(False)
before = state_of(frozen_network)
frozen = trained("frozen", frozen_network, "frozen")
frozen_surprises = surprises(before, state_of(frozen_network), trained={"head"})
print(f"tensors that changed: {', '.join(sorted(changed(before, state_of(frozen_network))))}")

# %% Train from scratch
# The same network and the same pictures, but with random initial weights.
scratch = trained("from scratch", untrained_network(), "scratch")

# %% Train from scratch, four times as long
# One fair objection is that a network trained from scratch needs more time. Here it gets four times the
# steps, at the rate chosen for the short training. (In `labels`, where it comes close, the long training has
# its own rate.)
scratch_long = trained("from scratch, 4× steps", untrained_network(), "scratch", 4 * steps)

# %% Compare the five
# With so few labels, what the network knew before matters more than how long it trains. Do not draw
# conclusions about the methods that start from the pre-trained network: the gaps are small, three repeats are few,
# and the methods are not tuned equally well (see `settings`). The chart at the top shows all repeats; these are the
# numbers of one repeat.
four = {
    "fine-tuned": (finetuned, BLUE),
    "frozen + new head": (frozen, GREEN),
    "from scratch": (scratch, GRAY),
    "from scratch, 4× the steps": (scratch_long, VERMILION),
}
for name, (training, _) in four.items():
    print(f"{name:26} {training.accuracy:.1%}")
print(f"{'guessing':26} {chance:.1%}")

# %% Watch them learn
# The curves are measured on the watched pictures, so they may end at slightly different values from those
# above.
curves = {
    "fine-tuned": finetuned.curve,
    "frozen": frozen.curve,
    "from scratch": scratch.curve,
    "from scratch, 4× steps": scratch_long.curve,
}
ends = {name: curve[-1] for name, curve in curves.items()}
upper, lower = sorted(("fine-tuned", "frozen"), key=lambda name: ends[name][1], reverse=True)
raised = {upper: 0.04, lower: -0.05, "from scratch": -0.07, "from scratch, 4× steps": 0.06}

figure, axes = plt.subplots(num="curves", figsize=(6, 3.8), **PANEL)
for (name, curve), (_, color) in zip(curves.items(), four.values()):
    axes.plot(*zip(*curve), color=color)
    step, height = curve[-1]
    side, shift = ("right", 0) if step > steps else ("left", 12)
    axes.text(step + shift, height + raised[name], name, ha=side, va="center", color=color, fontweight="bold")
axes.axhline(chance, color=GRAY, linestyle=":", linewidth=1.5)
axes.text(4 * steps, chance - 0.045, f"guessing: {chance:.0%}", ha="right", va="center", color=GRAY)
axes.set_xlim(0, 4 * steps)
axes.set_ylim(0, 1)
axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
axes.set_xlabel("training steps of 32 pictures")
axes.set_ylabel("unseen flowers classified correctly")
_ = axes.set_title("A head start shows from the first steps")

# %% See what it confuses
# A single figure for all pictures hides which ones are hard. Each row is a species, and each column is an
# answer of the fine-tuned network; correct answers are on the diagonal.
with torch.inference_mode():
    finetuned_network.eval()
    answers = torch.cat([finetuned_network(some).argmax(dim=1) for some in test.split(256)])
kinds = len(species)
confusion = torch.bincount(test_labels * kinds + answers, minlength=kinds**2).reshape(kinds, kinds)
each = len(test) // kinds

figure, axes = plt.subplots(num="confusion", figsize=(6, 5.4), **PANEL)
axes.imshow(confusion, cmap="Blues", vmin=0, vmax=each)
for row in range(kinds):
    for column in range(kinds):
        number = int(confusion[row, column])
        color = WHITE if number > 0.55 * each else BLACK
        axes.text(column, row, number or "", ha="center", va="center", color=color)
axes.set_xticks(range(kinds), species, rotation=45, ha="right", rotation_mode="anchor")
axes.set_yticks(range(kinds), species)
axes.set_xlabel("what the network says")
axes.set_ylabel("what it is")
_ = axes.set_title(f"{each} test pictures of each species")
axes.tick_params(length=0)

apart = confusion.clone().fill_diagonal_(0)
most, is_kind, says_kind = int(apart.max()), *divmod(int(apart.argmax()), kinds)
hardest, easiest = (species[int(pick)] for pick in (confusion.diag().argmin(), confusion.diag().argmax()))
print(f"easiest: {easiest}, hardest: {hardest}")
print(
    f"most frequent mistake: {most} of {each} pictures of {species[is_kind]} are called {species[says_kind]}"
)

# %% Look at right and wrong answers
# The upper two rows show the first correctly classified picture of each of six species, the lower two the first
# misclassified picture of up to six, as the network saw them. Would you have known the answers?
hits, misses = ((answers == test_labels).nonzero()[:, 0], (answers != test_labels).nonzero()[:, 0])


def one_of_each(places: Tensor, number: int = 6) -> list[int]:
    """The first place of each species, for the first so many species that occur."""
    first = {int(test_labels[place]): int(place) for place in places.flip(0)}
    return [first[kind] for kind in sorted(first)][:number]


figure, spots = plt.subplots(4, 3, num="mistakes", figsize=(6, 8.2), **PANEL)
for spot in spots.flat:
    spot.set_axis_off()
for spot, place in zip(spots.flat, one_of_each(hits) + one_of_each(misses)):
    said, truth = species[answers[place]], species[test_labels[place]]
    spot.imshow(test[place].permute(1, 2, 0), interpolation="nearest")
    title, color = (f"{truth} ✓", BLUE) if said == truth else (f"said {said}\nis {truth}", VERMILION)
    spot.set_title(title, loc="center", color=color, pad=4, fontsize=11)

# %% Train only the last block
# This is a middle way: freeze everything, then unfreeze the last block of the backbone and the new head. We
# unfreeze the *last* block because the first ones detect edges and corners, which are useful in any picture,
# and the last one detects what is specific to objects. Don't rely on the setting; compare. We keep a copy of
# the network's whole state and check afterward which tensors changed. The state also contains *buffers*, the
# running averages of batch normalization, which change without any gradient. Exactly the tensors of the last
# block and the head should change, no more and no fewer.
last_network = pretrained_network()
last_network.requires_grad_(False)
last_network.backbone.block5.requires_grad_(True)
last_network.head.requires_grad_(True)

before = state_of(last_network)
last_block = trained("last block", last_network, "last_block")
after = state_of(last_network)

moved = changed(before, after)
for name in before:
    print(f"{'CHANGED  ' if name in moved else 'as before'} {name}")
last_surprises = surprises(before, after, trained={"backbone.block5", "head"})
print(f"{len(moved)} tensors changed, {len(before) - len(moved)} did not, surprises: {len(last_surprises)}")

trained_parameters = count(part for part in last_network.parameters() if part.requires_grad)
print(f"{trained_parameters:,} of {parameters:,} parameters were trained: accuracy {last_block.accuracy:.3f}")

# %% Replace the head of VGG16
# We do the same with a famous network. VGG16 ends in a layer with a thousand outputs; we replace it with one
# that has nine and freeze the rest. On the *meta* device, a network has shapes but no weights, so this needs
# no memory and no download. **We do not train it here**; we only count its parameters.
import _torchvision_guard  # noqa: F401  (must come before torchvision)
from torchvision.models import vgg16

with torch.device("meta"):
    vgg = vgg16(weights=None)
    vgg.requires_grad_(False)
    vgg.classifier[6] = nn.Linear(4096, len(species))

vgg_parameters = count(vgg.parameters())
vgg_trained = count(parameter for parameter in vgg.parameters() if parameter.requires_grad)
print(vgg.classifier)
print(
    f"{vgg_trained:,} of {vgg_parameters:,} parameters would be trained ({vgg_trained / vgg_parameters:.3%})"
)
print("VGG16 is not trained here: it has no weights on the meta device, only shapes.")

# %% Write down what was measured
# All networks took the same test, so we can compare them picture by picture. Both get the easy pictures right,
# so only the pictures on which they differ tell two networks apart. The 95% intervals (a bootstrap over the test
# pictures) show how far the difference depends on which pictures are in the test. Only the repeats can show how far
# it depends on the labeled pictures and on the pre-trained network.
#
# Other examples use the same pictures and compare their results with these. Answers, curves and two of the
# networks are saved in files, so the other examples do not have to train them again.
trainings = {
    "finetuned": finetuned,
    "frozen": frozen,
    "scratch": scratch,
    "scratch_long": scratch_long,
    "last_block": last_block,
}
found = {
    name: {"accuracy": one.accuracy, "right": as_text(one.right), "steps": one.steps, "curve": one.curve}
    for name, one in trainings.items()
}
paired = compared(
    {name: one.right for name, one in trainings.items()},
    [
        "finetuned_vs_scratch",
        "finetuned_vs_scratch_long",
        "finetuned_vs_frozen",
        "frozen_vs_scratch",
        "last_block_vs_finetuned",
    ],
)
for pair, one in paired.items():
    print(f"{pair:26} {one['lead']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")
Path("flowers.json").write_text(json.dumps({"labels_per_class": per_class, **found}))
for name, network in {"finetuned": finetuned_network, "last_block": last_network}.items():
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, f"{name}.safetensors")

metrics = {
    **{name: one.metrics for name, one in trainings.items()},
    "last_block": last_block.metrics
    | {
        "moved": len(moved),
        "unmoved": len(before) - len(moved),
        "surprises": len(last_surprises),
        "trained_parameters": trained_parameters,
        "share": trained_parameters / parameters,
    },
    "frozen": frozen.metrics | {"surprises": len(frozen_surprises)},
    "paired": paired,
    "parameters": parameters,
    "labels_per_class": per_class,
    "classes": len(species),
    "labeled_pictures": len(labeled),
    "test_images": len(test),
    "chance": chance,
    "vgg16": {
        "parameters": vgg_parameters,
        "trained_parameters": vgg_trained,
        "share": vgg_trained / vgg_parameters,
    },
}
figures = {
    "flowers": {
        "caption": f"Two drawn pictures of each of the {len(species)} species. Color gives little away.",
        "alt": f"Nine panels with two pictures each, one panel for each species: {', '.join(species)}. "
        "Within a panel the flowers share a shape and differ in color, size and angle.",
    },
    "curves": {
        "caption": f"Accuracy on {len(watched_pictures()[0])} unseen pictures while training. "
        f"The short trainings take {steps} steps, the long one {4 * steps}.",
        "alt": "Line chart of accuracy against training steps. At the end: "
        + ", ".join(f"{name} {height:.0%} after {step} steps" for name, (step, height) in ends.items())
        + ".",
    },
    "confusion": {
        "caption": f"What the fine-tuned network says about {each} test pictures of each species. "
        f"Its most frequent mistake: {most} of {each} pictures of {species[is_kind]} are called "
        f"{species[says_kind]}.",
        "alt": "Table of species against answers. Right answers of each: "
        + ", ".join(f"{name} {int(right)}" for name, right in zip(species, confusion.diag()))
        + f", of {each}. Worst: {species[is_kind]} called {species[says_kind]}, {most} times.",
    },
    "mistakes": {
        "caption": f"Test pictures classified correctly ({len(hits)} of {len(test)}) and wrong ({len(misses)}), "
        "as the network saw them, 64 by 64 pixels.",
        "alt": "Two rows of test pictures with right answers and two rows with wrong ones. Wrong: "
        + "; ".join(
            f"{species[test_labels[place]]} called {species[answers[place]]}" for place in one_of_each(misses)
        )
        + ".",
    },
}
