# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scipy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = ["objects"]
# outputs = []
# data = ["tried/finetuned-2.json", "tried/finetuned-10.json", "tried/finetuned-50.json", "tried/frozen-2.json", "tried/frozen-10.json", "tried/frozen-50.json", "tried/scratch-2.json", "tried/scratch-10.json", "tried/scratch-50.json", "tried/full-10.json", "tried/last_block-10.json", "tried/discriminative-10.json", "tried/gradual-10.json", "tried/lora-10.json", "tried/scratch_long-50.json"]
# seeds = [0, 1, 2]
# timeout = 3600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.0
# # About twice the largest difference between runs on two kinds of processors.
# "again.accuracy" = 0.1
# "again.apart" = 0.1
# "*seconds" = "none"
# ///
"""How the settings were chosen

A comparison of two methods is worth little if one of them was tuned and the other was not. So we tried the
same number of settings for each method in the flower examples: six settings of its learning rates. Each
setting was judged on flowers that were drawn for this purpose and that no other example uses.

Repeating all these training runs in every build would take too long. Their results are in the folder `tried`,
from which the other examples take their rates. Each run of this script repeats one of the training runs,
picked at random, and compares the result with the file. `python examples/settings.py --all` repeats all of
them and rewrites the files.
"""

# %% See what was tried
# Each line shows one method with one number of labels: six settings, and the share of the flowers in the
# selection set that was classified correctly. If a method has two rates, three values of the first were
# combined with two values of the second.
#
# The star marks the setting that the other examples use. It is not always the best one. With this many
# pictures, we do not trust a difference of less than a standard error. So among all settings that are this close to
# the best, we use the one with the smallest rates.
#
# This has three limits. For several methods, the best setting is the one with the largest rates that we tried, so
# still larger ones might have done better. The standard error treats two settings as if they had been tried on
# different pictures, so it counts settings as equal that a comparison picture by picture might tell apart. And by
# this rule, some methods get their best setting, such as `last_block`, and others a gentler one, such as
# `finetuned`. So do not rank methods that end within a few points of each other.
import random
import sys

import matplotlib.pyplot as plt
from _patience import MOST, NAME, chosen_long, try_all_long
from _recipes import DRAWINGS, STEPS, cases, choosing_pictures, chosen, tried, try_all, try_setting
from _training import BLUE, GRAY, PANEL, SEED

if "--all" in sys.argv:
    try_all()
    try_all_long()


def mean(accuracies: list[float]) -> float:
    return sum(accuracies) / len(accuracies)


settings = {case: chosen(*case) for case in cases()} | {(NAME, MOST): {"rate": chosen_long()}}
for (name, labels), setting in settings.items():
    print(f"{name}, {labels} labels of each species")
    for row in tried(name, labels):
        star = "*" if row["setting"] == setting else " "
        rates = ", ".join(f"{part} {value:g}" for part, value in row["setting"].items())
        print(f"  {star} {mean(row['accuracy']):.3f}  {rates}")


def largest(row: dict, rows: list[dict]) -> bool:
    """Whether this setting has the largest of the rates tried; `factor` is not a rate."""
    return all(
        value == max(other["setting"][part] for other in rows)
        for part, value in row["setting"].items()
        if part != "factor"
    )


at_largest = [
    f"{name}, {labels}"
    for name, labels in settings
    if largest(max(tried(name, labels), key=lambda row: mean(row["accuracy"])), tried(name, labels))
]
print(f"best at the largest rates: {'; '.join(at_largest)}")

# The long training from scratch, at the rate that was chosen for the short one with as many labels.
short = chosen("scratch", MOST)
untuned = next(mean(row["accuracy"]) for row in tried(NAME, MOST) if row["setting"] == short)
print(f"{NAME}, {MOST} labels, at the rate for the short training: {untuned:.3f}")

# %% Plot what was tried
# What do the six dots in a row show? If they are close together, the choice hardly matters. If they are far
# apart, an untuned method could have lost a comparison only because of its settings.
figure, axes = plt.subplots(num="tries", figsize=(6, 0.32 * len(settings) + 1), **PANEL)
for line, (case, setting) in enumerate(settings.items()):
    found = {str(row["setting"]): mean(row["accuracy"]) for row in tried(*case)}
    axes.plot(
        [min(found.values()), max(found.values())], [line, line], color="#dcdcdc", linewidth=3, zorder=1
    )
    axes.scatter(found.values(), [line] * len(found), s=16, color=GRAY, zorder=2)
    axes.scatter(found[str(setting)], line, s=42, color=BLUE, zorder=3)
names = [f"{name.replace('_', ' ')}, {labels}" for name, labels in settings]
axes.set_yticks(range(len(names)), names, fontsize=9.5)
axes.invert_yaxis()
axes.set_xlim(0, 1)
axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
axes.set_xlabel("flowers for choosing classified correctly")
_ = axes.set_title("Six settings for each, the chosen one in blue")

# %% Repeat one training run
# The script picks a method, a number of labels and a setting at random (only from the short training runs).
# All of them started from the first of the pre-trained networks, and so does this run. That network has been
# trained again since the files were written, so everything that follows differs slightly; the check allows for
# that. If nothing has changed since the files were written, the result is the same to the last digit.
dice = random.Random(SEED)
name, labels = dice.choice(cases())
row = dice.choice(tried(name, labels))
place = dice.randrange(len(DRAWINGS))
again = try_setting(name, labels, row["setting"], DRAWINGS[place])
apart = abs(again - row["accuracy"][place])
print(
    f"{name}, {labels} labels of each species, {row['setting']}: {again:.4f} now, {row['accuracy'][place]:.4f} in the file"
)
assert apart <= 0.1, "the folder tried does not belong to this code: run `python examples/settings.py --all`"

# %% Write down what was measured
metrics = {
    "again": {"accuracy": again, "apart": apart},
    "settings": len(tried(name, labels)),
    "trainings": sum(len(tried(*case)) for case in settings) * len(DRAWINGS),
    "at_largest_rates": len(at_largest),
    "cases": len(settings),
    "untuned": {f"{NAME}_{MOST}": untuned},
    "drawings": len(DRAWINGS),
    "steps": STEPS,
    "choosing_pictures": len(choosing_pictures(DRAWINGS[0])[1]),
    "best": {
        f"{name}_{labels}": max(mean(row["accuracy"]) for row in tried(name, labels))
        for name, labels in settings
    },
    "worst": {
        f"{name}_{labels}": min(mean(row["accuracy"]) for row in tried(name, labels))
        for name, labels in settings
    },
}
figures = {
    "tries": {
        "caption": "Accuracy of the six settings of each way to train, by the number of labels of each species, on "
        f"{metrics['choosing_pictures']} flowers that were drawn for choosing.",
        "alt": "Rows of six dots, one row for each way to train and number of labels. From worst to best: "
        + "; ".join(
            f"{name.replace('_', ' ')} with {labels} labels, "
            f"{metrics['worst'][f'{name}_{labels}']:.0%} to {metrics['best'][f'{name}_{labels}']:.0%}"
            for name, labels in settings
        )
        + ".",
    },
}
metrics
