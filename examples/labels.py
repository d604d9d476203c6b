# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scipy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = ["objects", "flowers"]
# outputs = ["labels.json", "answers-labels.json"]
# data = ["tried/finetuned-2.json", "tried/finetuned-10.json", "tried/finetuned-50.json", "tried/frozen-2.json", "tried/frozen-10.json", "tried/frozen-50.json", "tried/scratch-2.json", "tried/scratch-10.json", "tried/scratch-50.json", "tried/scratch_long-50.json"]
# seeds = [0, 1, 2]
# timeout = 3600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "*.scratch*.accuracy" = 0.08
# "*.accuracy" = 0.1
# "paired.*" = 0.2
# "*seconds" = "none"
# [tool.glossary.charts.accuracy]
# kind = "lines"
# title = "What labels add"
# caption = "Accuracy on unseen flowers, by the number of labeled pictures of each species. One line, which has only two points (ten and fifty labels), shows training with four times as many steps."
# axis = "test pictures classified correctly"
# unit = "percent"
# along = "labeled pictures of each species"
# scale = "log"
# reference = {guessing = "chance"}
# points = [2, 5, 10, 20, 50]
# [tool.glossary.charts.accuracy.lines]
# "fine-tuned" = "n{}.finetuned.accuracy"
# "frozen + new head" = "n{}.frozen.accuracy"
# "from scratch" = "n{}.scratch.accuracy"
# "scratch, 4× steps" = {10 = "n10.scratch_long.accuracy", 50 = "n50.scratch_long.accuracy"}
# ///
"""How few labels are enough

Labels cost a project money. The example `flowers` had ten labeled pictures of each species. What if there
were two? Or fifty?

Here the same network learns from 2, 5, 10, 20 and 50 labeled pictures of each species with three methods: all
of it fine-tuned, only a new head on frozen features, and all of it from scratch. For each method, we tried
the same number of learning-rate settings with two, ten and fifty labels (see the example `settings`); five
and twenty labels use the rates for ten. The number of steps is the same everywhere. The results for ten
labels are read from `flowers` and not trained again.
"""

# %% Order the labels
# The pictures are in a fixed order, which differs from seed to seed. Two labels of each species are the first
# two; five are these and the next three. So a larger set always contains the smaller ones, and the first ten
# are those of `flowers`.
import json
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _flowers import (
    chance,
    flagship,
    labeled_pictures,
    pretrained_network,
    species,
    test_pictures,
    train,
    untrained_network,
)
from _paired import compared, from_text, write_answers
from _patience import chosen_long
from _recipes import STEPS, one_rate, rates_of
from _training import BLACK, BLUE, PANEL, WHITE, accuracy

known = flagship()
numbers = [2, 5, known["labels_per_class"], 20, 50]

shown, _ = labeled_pictures(10)
figure, places = plt.subplots(len(species), 10, num="labels", figsize=(6, 5.3), dpi=100, **PANEL)
for row, (name, line) in enumerate(zip(species, places)):
    for column, place in enumerate(line):
        place.imshow(shown[column * len(species) + row].permute(1, 2, 0))
        place.set_axis_off()
    line[0].text(-10, 32, name, ha="right", va="center")
for bought in (2, 5, 10):
    places[0][bought - 1].set_title(f"{bought}  ", loc="right", color=BLUE)

print(f"with {', '.join(map(str, numbers[:3]))} labels of each, the networks see so many columns")

# %% Train with two, five, twenty and fifty
# Each training run has the same number of steps, however many labels there are. With two of each species, the
# network sees the same eighteen pictures again and again, mirrored and turned.
found = {number: {} for number in numbers}
networks = {}
for number in numbers:
    if number == known["labels_per_class"]:
        continue
    frozen_network = pretrained_network()
    frozen_network.backbone.requires_grad_(False)
    networks[number] = {
        "finetuned": pretrained_network(),
        "frozen": frozen_network,
        "scratch": untrained_network(),
    }
    for way, network in networks[number].items():
        found[number][way] = train(network, labeled_pictures(number), rates_of(way, number), steps=STEPS)
    told = ", ".join(f"{way} {one.accuracy:.2f}" for way, one in found[number].items())
    print(f"{number:>2} labels: {told}")

# %% Train from scratch for longer
# With fifty labels, the network trained from scratch needs more steps rather than more pictures. To be fair
# to it, we train it once more, four times as long, as `flowers` did with ten labels. Its rate for that
# many steps was chosen from six, too.
most, long = numbers[-1], known["scratch_long"]
found[most]["scratch_long"] = train(
    untrained_network(),
    labeled_pictures(most),
    one_rate(chosen_long()),
    steps=long["steps"],
    watch_every=10,
)
print(f"{most} labels, {long['steps']} steps from scratch: {found[most]['scratch_long'].accuracy:.2f}")

# %% Read the results with ten labels
# These networks have already been trained. Now the table is complete.
#
# From left to right, the table shows what more labels gain. From top to bottom, it shows what the pre-trained
# weights save. Two labels with pre-training do better than ten without it. The top two rows start close
# together and then diverge. With few labels, there is too little information to improve a whole network, so
# training all of it gains nothing. With fifty, the features, learned for objects and frozen, limit the new
# head.
#
# The last row is a warning against overstatement. With fifty labels and four times the steps, the network
# trained from scratch comes close to the fine-tuned one after its short training. In the example `sooner`, both
# train that long, and the fine-tuned one stays a little ahead. The long training with ten labels used the rate of
# the short one, so a rate of its own might have helped it.
ways = {
    "finetuned": "fine-tuned",
    "frozen": "frozen + new head",
    "scratch": "from scratch",
    "scratch_long": "from scratch, 4× steps",
}
reached = {number: {way: one.accuracy for way, one in done.items()} for number, done in found.items()}
reached[known["labels_per_class"]] = {way: known[way]["accuracy"] for way in ways}

print(f"{'labels of each':24}" + "".join(f"{number:>6}" for number in numbers))
for way, name in ways.items():
    print(
        f"{name:24}"
        + "".join(
            f"{f'{reached[number][way]:.0%}' if way in reached[number] else '–':>6}" for number in numbers
        )
    )

# %% See which species need more
# A single figure for all species hides that some shapes need few labels. Each row is a species, and each
# column is a network that was fine-tuned with that many labels per species.
test, test_labels = test_pictures()
each = len(test) // len(species)
right = {}
for number, by_way in networks.items():
    alike = [
        accuracy(by_way["finetuned"], test[test_labels == kind], test_labels[test_labels == kind])
        for kind in range(len(species))
    ]
    right[number] = [round(each * share) for share in alike]
table = torch.tensor(list(right.values())).T

figure, axes = plt.subplots(num="species", figsize=(6, 4.6), **PANEL)
axes.imshow(table, cmap="Blues", vmin=0, vmax=1.15 * each, aspect="auto")
for row, line in enumerate(table.tolist()):
    for column, number in enumerate(line):
        color = WHITE if number > 0.62 * each else BLACK
        axes.text(column, row, number, ha="center", va="center", color=color)
axes.set_xticks(range(len(right)), right)
axes.set_yticks(range(len(species)), species)
axes.tick_params(length=0)
axes.set_xlabel("labeled pictures of each species")
_ = axes.set_title(f"Correct, of {each} test pictures of each")

fewest = table[:, 0]
easiest, hardest = species[int(fewest.argmax())], species[int(fewest.argmin())]
print(
    f"with {min(right)} labels, most correct: {easiest} ({int(fewest.max())} of {each}), "
    f"fewest correct: {hardest} ({int(fewest.min())})"
)

# %% Write down what was measured
# All networks took the same test, so we also compare them picture by picture. The differences have 95% intervals
# (a bootstrap over the test pictures).
#
# The curve of the long training run goes into a file, for the example that measures how soon a network
# learns.
curve = found[most]["scratch_long"].curve
learned = {"steps": long["steps"], "accuracy": reached[most]["scratch_long"], "curve": curve}
Path("labels.json").write_text(json.dumps({"labels_per_class": most, "scratch_long": learned}))

said = {f"n{number}_{way}": one.right for number, done in found.items() for way, one in done.items()}
said |= {f"n{known['labels_per_class']}_{way}": from_text(known[way]["right"]) for way in ways}
write_answers("answers-labels.json", said)
paired = compared(
    said,
    [
        "n2_finetuned_vs_n2_scratch",
        "n2_finetuned_vs_n2_frozen",
        "n2_finetuned_vs_n10_scratch_long",
        "n2_frozen_vs_n10_scratch_long",
        "n5_finetuned_vs_n5_frozen",
        "n5_frozen_vs_n5_scratch",
        "n10_frozen_vs_n2_frozen",
        "n50_finetuned_vs_n50_frozen",
        "n50_finetuned_vs_n50_scratch",
        "n50_finetuned_vs_n50_scratch_long",
        "n50_scratch_long_vs_n50_scratch",
    ],
)
for pair, one in paired.items():
    print(f"{pair:36} {one['lead']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")

metrics = {
    f"n{number}": {way: {"accuracy": share} for way, share in by_way.items()}
    for number, by_way in reached.items()
}
metrics |= {
    "fewest": min(numbers),
    "most": most,
    "steps": STEPS,
    "long_steps": long["steps"],
    "classes": len(species),
    "test_images": len(test),
    "chance": chance,
    "paired": paired,
    "seconds": sum(one.seconds for done in found.values() for one in done.values()),
}
figures = {
    "labels": {
        "caption": "The first ten labeled pictures of each species in this run. "
        "With two labels, the networks see only the two columns on the left, with five labels the first five.",
        "alt": f"A grid of pictures: a row of ten for each of the {len(species)} species, "
        f"{', '.join(species)}, each flower in a different color, size and angle.",
    },
    "species": {
        "caption": f"Test pictures of each species classified correctly, of {each}, by the fine-tuned networks of this "
        f"run. With {min(right)} labels, {easiest} is the easiest ({int(fewest.max())}) and {hardest} the hardest "
        f"({int(fewest.min())}).",
        "alt": f"Table of species against labels of each, {', '.join(map(str, right))}; correct answers of "
        f"{each}: "
        + "; ".join(f"{name} {', '.join(map(str, line))}" for name, line in zip(species, table.tolist()))
        + ".",
    },
}
