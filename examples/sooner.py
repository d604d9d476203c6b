# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scipy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = ["objects", "flowers", "labels"]
# outputs = []
# data = ["tried/finetuned-50.json"]
# seeds = [0, 1, 2]
# timeout = 3600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# # About twice the largest difference between runs on two kinds of processors.
# "*ratio" = 2.5
# "*.steps_to_reach" = "none"
# "*.share_of_training" = "none"
# "*.accuracy" = 0.06
# "*.best_watched" = 0.06
# "*seconds" = "none"
# [tool.glossary.charts.steps]
# kind = "bars"
# title = "Steps to reach 80%"
# caption = "Training steps until 80% of the watched flowers, a validation set, are classified correctly, with fifty labels of each species."
# axis = "training steps of 32 pictures"
# unit = "number"
# bars = {"fine-tuned" = "finetuned.steps_to_reach", "from scratch" = "scratch.steps_to_reach"}
# [tool.glossary.charts.ends]
# kind = "bars"
# title = "Accuracy at the end"
# caption = "Accuracy on test flowers after all steps, with fifty labels of each species. With so many labels, training from scratch comes close."
# axis = "test pictures classified correctly"
# unit = "percent"
# bars = {"fine-tuned" = "finetuned.accuracy", "from scratch" = "scratch.accuracy"}
# reference = {guessing = "chance"}
# ///
"""How much sooner a pre-trained network gets there

A pre-trained network needs fewer steps than one trained from scratch. How many fewer? You can ask that only
if both reach the goal.

So this is a race with plenty of labels: fifty pictures of each species. Both networks get the same pictures,
the same number of steps and the same learning-rate schedule, each at the rates chosen for it with fifty
labels (see the example `settings`). We count the steps until a network classifies four fifths of the *watched*
pictures, a validation set, correctly.
"""

# %% Choose a race that both can finish
# With the ten labels of `flowers`, there is no race. Even with four times the steps, the network trained from
# scratch stays far below the mark, and "how many times sooner" would have no answer.
import json

import matplotlib.pyplot as plt
from _flowers import (
    chance,
    flagship,
    labeled_pictures,
    needed,
    pretrained_network,
    train,
    watched_pictures,
)
from _recipes import rates_of
from _training import BLUE, GRAY, PANEL, VERMILION

target = 0.8
few = flagship()
best_with_few = max(right for _, right in few["scratch_long"]["curve"])
print(f"the mark: {target:.0%} of {len(watched_pictures()[0])} watched pictures classified correctly")
print(f"from scratch with {few['labels_per_class']} labels of each, best on the way: {best_with_few:.0%}")

# %% Start from scratch
# This network was trained in the example `labels`, and its accuracy on the watched pictures was measured
# every few steps. We load its curve.
known = json.loads(needed("labels.json", made_by="labels").read_text())
per_class, scratch = known["labels_per_class"], known["scratch_long"]
steps, look_every = scratch["steps"], scratch["curve"][1][0]
print(f"{per_class} labels of each, {steps} steps, a look every {look_every}")
print(f"from scratch: test accuracy {scratch['accuracy']:.2f} at the end")

# %% Start from the pre-trained weights
# We use the same pictures and the same number of steps. The backbone and the head have the rates chosen for
# fine-tuning.
finetuned = train(
    pretrained_network(),
    labeled_pictures(per_class),
    rates_of("finetuned", per_class),
    steps=steps,
    watch_every=look_every,
)
print(f"fine-tuned: test accuracy {finetuned.accuracy:.2f} at the end")


# %% Count the steps
# The curves fluctuate, so a mark counts as reached when a network reaches it for the first time. Lower and
# higher marks show whether the answer depends on the one that we chose.
#
# It also depends on the schedule. The learning rate rises during the first tenth of all steps, and the fine-tuned
# network reaches the mark before it has finished rising. With another schedule, the numbers would differ. And since
# we look only every ten steps, the smaller number is uncertain by up to a fifth. So rely on "at least twice as
# many", which the build checks, rather than on the exact factor.
def steps_to_reach(mark: float, curve) -> int:
    """The first look at which the accuracy is at the mark; `steps` if it never is."""
    return next((step for step, right in curve if right >= mark), steps)


marks = {"half": 0.5, "main": target, "high": 0.9}
curves = {"fine-tuned": finetuned.curve, "from scratch": scratch["curve"]}
counted = {
    name: {way: steps_to_reach(mark, curve) for way, curve in curves.items()} for name, mark in marks.items()
}
for name, mark in marks.items():
    soon, late = counted[name].values()
    print(f"{mark:.0%}: fine-tuned after {soon} steps, from scratch after {late}: {late / soon:.1f} times")

# %% Watch the race
# Where the lines end matters as much as where they cross the mark. With enough labels and enough steps, the
# network trained from scratch comes close. Here the head start saves time; with ten labels, it saves the
# project.
#
# It was not free, though. Someone paid for the pre-training once, and it pays off when the backbone is
# reused.
looks = {"fine-tuned": (BLUE, 1.04), "from scratch": (VERMILION, 0.87)}
figure, axes = plt.subplots(num="race", figsize=(6, 3.9), **PANEL)
for name, curve in curves.items():
    (color, height), reached = looks[name], counted["main"][name]
    axes.plot(*zip(*curve), color=color, linewidth=1.8)
    axes.plot([reached, reached], [0, target], color=color, linestyle=":", linewidth=1.5)
    axes.text(reached + 6, 0.03, f"{reached} steps", color=color, fontweight="bold", va="center")
    axes.text(steps, height, name, color=color, fontweight="bold", ha="right", va="center")
axes.axhline(target, color=GRAY, linewidth=1)
axes.text(steps, target - 0.03, f"the mark: {target:.0%}", ha="right", va="top", color=GRAY)
axes.set_xlim(0, steps)
axes.set_ylim(0, 1.09)
axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
axes.set_xlabel("training steps of 32 pictures")
axes.set_ylabel("unseen flowers classified correctly")
ratio = counted["main"]["from scratch"] / counted["main"]["fine-tuned"]
_ = axes.set_title(f"The mark is reached {ratio:.1f} times as soon")

# %% Write down what was measured
late, soon = counted["main"]["from scratch"], counted["main"]["fine-tuned"]
metrics = {
    "finetuned": {"steps_to_reach": soon, "accuracy": finetuned.accuracy, "seconds": finetuned.seconds},
    "scratch": {"steps_to_reach": late, "accuracy": scratch["accuracy"]},
    "ratio": ratio,
    "at_half": {"ratio": counted["half"]["from scratch"] / counted["half"]["fine-tuned"]},
    "at_high": {"ratio": counted["high"]["from scratch"] / counted["high"]["fine-tuned"]},
    "few_labels": {"best_watched": best_with_few, "labels_per_class": few["labels_per_class"]},
    "target": target,
    "labels_per_class": per_class,
    "steps": steps,
    "look_every": look_every,
    "watched_pictures": len(watched_pictures()[0]),
    "chance": chance,
}
figures = {
    "race": {
        "caption": f"Accuracy on {len(watched_pictures()[0])} watched pictures while training on {per_class} "
        f"labeled pictures of each species, in this run. Fine-tuned, the network is at {target:.0%} after "
        f"{soon} steps; from scratch, after {late}.",
        "alt": f"Line chart of accuracy against training steps, from 0 to {steps}. The fine-tuned network "
        f"reaches {target:.0%} after {soon} steps and ends at {finetuned.curve[-1][1]:.0%}; the one from "
        f"scratch reaches it after {late} and ends at {scratch['curve'][-1][1]:.0%}.",
    },
}
