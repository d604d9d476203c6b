# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "gymnasium", "matplotlib"]
# [tool.glossary]
# needs = []
# outputs = []
# data = []
# seeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
# timeout = 120
# memory = 1536
# threads = 1
# [tool.glossary.tolerance]
# "*.episodes" = "none"
# "*.finetuned" = "none"
# "*.scratch" = "none"
# "*.untouched" = "none"
# "*.solved" = "none"
# "*.quicker" = "none"
# "*seconds" = "none"
# [tool.glossary.charts.episodes]
# kind = "bars"
# title = "Tries until the new pole stands"
# caption = "Episodes until the pole is solved, for a policy that knew the ordinary pole and for a fresh one. Each dot is one repeat; given up at 600."
# axis = "episodes until solved"
# unit = "number"
# [tool.glossary.charts.episodes.bars]
# "longer pole, fine-tuned" = "longer.finetuned"
# "longer pole, from scratch" = "longer.scratch"
# "heavier pole, fine-tuned" = "heavier.finetuned"
# "heavier pole, from scratch" = "heavier.scratch"
# ///
"""Balancing another pole: fine-tuning a policy

No pictures and no labels here: a *policy* learns by trying. It pushes a cart to the left or to the right so
that the pole on it stays up. Then the pole is exchanged, once for one four times as long, once for one twenty
times as heavy. Does the policy that knew the old pole learn the new one in fewer tries than a fresh policy?

Chance plays a large part when one learns by trying: with one throw of the dice the same training may take
twice as many tries as with another. So all of this is repeated twenty times, with other dice.
"""

# %% Meet the three poles
# The world is CartPole-v1 of gymnasium (MIT license), physics and all. Only two of its numbers are changed.
# The pushes are of the same strength for all three poles.
import copy
import time

import matplotlib.pyplot as plt
from _cartpole import (
    GOAL,
    LONGEST,
    MOST,
    WINDOW,
    balance,
    cart_and_pole,
    practice,
    smoothed,
    untrained_policy,
)
from _training import BLACK, BLUE, GRAY, ORANGE, PANEL, SEED, VERMILION, WHITE, count

ordinary = {"half_length": 0.5, "mass": 0.1}
longer = ordinary | {"half_length": 2.0}
heavier = ordinary | {"mass": 2.0}
poles = {"ordinary": (ordinary, BLUE), "longer": (longer, VERMILION), "heavier": (heavier, ORANGE)}

figure, places = plt.subplots(1, 3, num="poles", figsize=(6, 4.2), **PANEL)
for (name, (pole, color)), place in zip(poles.items(), places):
    top = 2 * pole["half_length"]
    place.add_patch(plt.Rectangle((-0.45, -0.3), 0.9, 0.3, color=BLACK))
    place.plot([0, 0.1 * top], [0, top], color=color, linewidth=4 + 5 * pole["mass"], solid_capstyle="round")
    place.plot([0], [0], "o", color=WHITE, markersize=5)
    place.axhline(-0.3, color=GRAY, linewidth=1)
    place.set(xlim=(-1, 1.1), ylim=(-0.4, 4.2), aspect="equal")
    place.set_title(f"{name}\n{top:.0f} m, {pole['mass']:.1f} kg", loc="center", color=color)
    place.set_axis_off()

print(f"an episode ends after {LONGEST} pushes at the latest")
print(f"solved: {GOAL} pushes or more on average over the last {WINDOW} episodes")

# %% Learn the ordinary pole
# The policy is a network of two layers. It learns from its own tries: after each one, pushes that went
# better than usual become likelier. Learning stops when the pole is solved. The learning rate, the two new
# poles and the threshold were chosen in other repeats, with other dice (seeds 100 to 111).
start = time.process_time()
policy = untrained_policy(SEED)
tries = practice(policy, cart_and_pole(**ordinary), lot=SEED)

print(f"{count(policy.parameters())} parameters")
print(f"solved after {len(tries)} episodes; the first five lasted {tries[:5]} pushes")


# %% Exchange the pole
# For each new pole: how well does the policy do as it is? How many episodes until it has solved the new pole,
# and how many does a fresh policy need? Both learn in the same way. The count includes the twenty episodes
# that it takes to see that a pole is solved, so 20 is the least possible. After 600 episodes we give up.
def compare(pole: dict[str, float], lot: int) -> tuple[dict[str, float], dict[str, list[int]]]:
    """Learn `pole` twice, from the old policy and from nothing; the counts, and the lengths of the tries."""
    world = cart_and_pole(**pole)
    untouched = balance(policy, world, lot=lot + 1)
    finetuned = practice(copy.deepcopy(policy), world, lot=lot)
    scratch = practice(untrained_policy(SEED + 500), world, lot=lot)
    counts = {
        "untouched": untouched,
        "finetuned": len(finetuned),
        "scratch": len(scratch),
        "quicker": int(len(finetuned) < len(scratch)),
        "solved": int(len(finetuned) < MOST) + int(len(scratch) < MOST),
    }
    return counts, {"fine-tuned": finetuned, "from scratch": scratch}


longer_counts, longer_tries = compare(longer, lot=3000 + SEED)
heavier_counts, heavier_tries = compare(heavier, lot=4000 + SEED)
seconds = time.process_time() - start

for name, counts in (("longer", longer_counts), ("heavier", heavier_counts)):
    print(f"{name} pole: untouched policy {counts['untouched']:.0f} pushes")
    print(f"    solved after {counts['finetuned']} episodes fine-tuned, {counts['scratch']} from scratch")

# %% Watch one repeat
# This is a single throw of the dice, and others look different: the chart over all repeats is what counts.
# Learning by trying is not smooth, either. A policy can lose its balance again shortly before the end.
panels = {"four times as long": longer_tries, "twenty times as heavy": heavier_tries}
colors = {"fine-tuned": BLUE, "from scratch": GRAY}
furthest = max(len(lengths) for both in panels.values() for lengths in both.values())

figure, spots = plt.subplots(2, 1, num="curves", figsize=(6, 5.4), sharex=True, **PANEL)
for (title, both), spot in zip(panels.items(), spots):
    for name, lengths in both.items():
        spot.plot(range(1, len(lengths) + 1), smoothed(lengths), color=colors[name])
        spot.plot([len(lengths)], smoothed(lengths)[-1:], "o", color=colors[name])
        label = f"{name}: {len(lengths)}"
        spot.annotate(
            label,
            (len(lengths), smoothed(lengths)[-1]),
            xytext=(0, 24 if name == "fine-tuned" else 7),
            textcoords="offset points",
            ha="left" if len(lengths) < 0.3 * furthest else "right",
            color=colors[name],
            fontweight="bold",
        )
    spot.axhline(GOAL, color=GRAY, linestyle=":", linewidth=1.5)
    spot.set_yticks([0, 200, GOAL], ["0", "200", f"solved\n{GOAL}"])
    spot.set(ylim=(0, 600), xlim=(0, 1.02 * furthest))
    spot.set_ylabel(f"pushes, mean of {WINDOW}")
    spot.set_title(title)
_ = spots[-1].set_xlabel("episodes tried")

# %% Write down what was measured
# `quicker` is 1 if the fine-tuned policy needed fewer episodes in this repeat, else 0; its mean over the
# repeats is the share of repeats. `solved` counts how many of the two trainings came to an end before we gave
# up. An unfinished training counts as 600, which flatters it. The episodes spent on the ordinary pole are not
# counted as part of fine-tuning: the policy was there already. If you have to train it for this purpose only,
# add them.
metrics = {
    "source": {"episodes": len(tries)},
    "longer": longer_counts | {"half_length": longer["half_length"]},
    "heavier": heavier_counts | {"mass": heavier["mass"]},
    "goal": GOAL,
    "longest": LONGEST,
    "window": WINDOW,
    "given_up": MOST,
    "parameters": count(policy.parameters()),
    "seconds": seconds,
}
ended = {
    title: ", ".join(f"{name} after {len(lengths)} episodes" for name, lengths in both.items())
    for title, both in panels.items()
}
figures = {
    "poles": {
        "caption": "The three poles on their carts, to scale; thicker means heavier.",
        "alt": "Three drawings of a cart with a pole on it: the ordinary pole, "
        f"{2 * ordinary['half_length']:.0f} m long and {ordinary['mass']:.1f} kg; a longer one of "
        f"{2 * longer['half_length']:.0f} m; and one of the ordinary length, {heavier['mass']:.1f} kg.",
    },
    "curves": {
        "caption": f"How long the pole stays up while the policy learns, in one repeat of twenty; "
        f"each point is the mean of the last {WINDOW} episodes.",
        "alt": "Two line charts of the pushes that the pole stays up against the episodes tried, for a policy "
        "fine-tuned from the ordinary pole and for one from scratch. They end: "
        + "; ".join(f"pole {title}, {ends}" for title, ends in ended.items())
        + ".",
    },
}
metrics
