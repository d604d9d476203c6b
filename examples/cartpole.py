# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "gymnasium", "numpy", "matplotlib"]
# [tool.glossary]
# needs = []
# outputs = []
# data = []
# seeds = {together = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]}
# timeout = 300
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
# title = "Episodes until the new pole is solved"
# caption = "Episodes until the pole is solved, for a policy that was first trained on the ordinary pole and for a random one. Each dot is one repeat; training stops after 600 episodes."
# axis = "episodes until solved"
# unit = "number"
# [tool.glossary.charts.episodes.bars]
# "longer pole, fine-tuned" = "longer.finetuned"
# "longer pole, from scratch" = "longer.scratch"
# "heavier pole, fine-tuned" = "heavier.finetuned"
# "heavier pole, from scratch" = "heavier.scratch"
# ///
"""Balancing another pole: fine-tuning a policy

There are no pictures and no labels here: a *policy* learns by trial and error. It pushes a cart to the left
or to the right so that the pole on it stays up. Then the pole is replaced, once with one four times as long,
once with one twenty times as heavy. Does a policy that knows the old pole learn the new one in fewer attempts
than a policy that starts from scratch?

Chance plays a large part in learning by trial and error: with one random seed, the same training may take
twice as many attempts as with another. So all of this is repeated twenty times, with different seeds. The
repeats run at the same time, and none of them affects another.
"""

# %% Meet the three poles
# The environment is CartPole-v1 from gymnasium (MIT license), with the same physics. Only two of its numbers
# are changed. The pushes have the same strength for all three poles. `_cartpole.py` contains the training
# loop and moves the carts of all repeats together.
import copy
import time

import matplotlib.pyplot as plt
from _cartpole import (
    GOAL,
    LONGEST,
    MOST,
    SEEDS,
    WINDOW,
    Cart,
    evaluate,
    mean_and_range,
    smoothed,
    train,
    untrained_policy,
)
from _training import BLACK, BLUE, GRAY, ORANGE, PANEL, VERMILION, WHITE, count

ordinary = Cart(half_length=0.5, mass=0.1)
longer = ordinary._replace(half_length=2.0)
heavier = ordinary._replace(mass=2.0)
poles = {"ordinary": (ordinary, BLUE), "longer": (longer, VERMILION), "heavier": (heavier, ORANGE)}

figure, places = plt.subplots(1, 3, num="poles", figsize=(6, 4.2), **PANEL)
for (name, (pole, color)), place in zip(poles.items(), places):
    top = 2 * pole.half_length
    place.add_patch(plt.Rectangle((-0.45, -0.3), 0.9, 0.3, color=BLACK))
    place.plot([0, 0.1 * top], [0, top], color=color, linewidth=4 + 5 * pole.mass, solid_capstyle="round")
    place.plot([0], [0], "o", color=WHITE, markersize=5)
    place.axhline(-0.3, color=GRAY, linewidth=1)
    place.set(xlim=(-1, 1.1), ylim=(-0.4, 4.2), aspect="equal")
    place.set_title(f"{name}\n{top:.0f} m, {pole.mass:.1f} kg", loc="center", color=color)
    place.set_axis_off()

print(f"an episode ends after {LONGEST} pushes at the latest")
print(f"solved: {GOAL} pushes or more on average over the last {WINDOW} episodes")

# %% Learn the ordinary pole
# The policy is a network with two layers. It learns from its own attempts: after each one, pushes that went
# better than usual become more likely. Training stops when the pole is solved. The learning rate, the two new
# poles and the threshold were chosen in other repeats, with other seeds (100 to 111).
start = time.process_time()
policies = [untrained_policy(seed) for seed in SEEDS]
tries = train(policies, ordinary, seeds=SEEDS)
source_episodes = [len(lengths) for lengths in tries]

print(f"{len(SEEDS)} policies of {count(policies[0].parameters())} parameters")
print("mean over the repeats, and in brackets the lowest and the highest number:")
print(f"solved after {mean_and_range(source_episodes)} episodes")
print(f"in the first repeat, the first five episodes lasted {tries[0][:5]} pushes")


# %% Change the pole
# For each new pole, we measure how well the policy does without training, how many episodes it needs to solve
# the new pole, and how many episodes (attempts) a policy trained from scratch needs. Both learn in the same
# way. The count includes the twenty episodes that it takes to confirm that a pole is solved, so the minimum
# is 20. We stop after 600 episodes. Each of the lists below contains one number for each repeat.
def compare(pole: Cart, seeds: list[int]) -> tuple[dict[str, list[float]], dict[str, list[list[int]]]]:
    """Learn `pole` twice, from the old policies and from nothing; the counts, and the lengths of the tries."""
    untouched = evaluate(policies, pole, seeds=[seed + 1 for seed in seeds])
    fresh = [untrained_policy(seed + 500) for seed in SEEDS]
    lengths = train([*copy.deepcopy(policies), *fresh], pole, seeds=seeds * 2)
    both = {"fine-tuned": lengths[: len(SEEDS)], "from scratch": lengths[len(SEEDS) :]}
    finetuned, scratch = ([len(repeat) for repeat in repeats] for repeats in both.values())
    counts = {
        "untouched": untouched,
        "finetuned": finetuned,
        "scratch": scratch,
        "quicker": [int(old < new) for old, new in zip(finetuned, scratch)],
        "solved": [int(old < MOST) + int(new < MOST) for old, new in zip(finetuned, scratch)],
    }
    return counts, both


longer_counts, longer_tries = compare(longer, [3000 + seed for seed in SEEDS])
heavier_counts, heavier_tries = compare(heavier, [4000 + seed for seed in SEEDS])
seconds = time.process_time() - start

for name, counts in (("longer", longer_counts), ("heavier", heavier_counts)):
    print(f"{name} pole: untouched policies {mean_and_range(counts['untouched'])} pushes")
    print(f"    solved after {mean_and_range(counts['finetuned'])} episodes fine-tuned")
    print(f"    solved after {mean_and_range(counts['scratch'])} episodes from scratch")

# %% Watch one repeat
# This is the first repeat, and others look different, so rely on the chart of all repeats. Also, learning by
# trial and error is not smooth. A policy can lose its balance again shortly before the end.
panels = {
    title: {name: repeats[0] for name, repeats in both.items()}
    for title, both in (("four times as long", longer_tries), ("twenty times as heavy", heavier_tries))
}
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
# A list has one number for each repeat. `quicker` is 1 if the fine-tuned policy needed fewer episodes in the
# repeat, else 0; its mean is the share of such repeats. `solved` counts how many of the two training runs
# solved the pole before we stopped them. An unfinished training run counts as 600 episodes, which makes it
# look better than it is. The episodes spent on the ordinary pole do not count as part of fine-tuning, because
# the policy already existed. If you have to train it just for this purpose, add them. `seconds` is the time
# for all repeats together.
metrics = {
    "source": {"episodes": source_episodes},
    "longer": longer_counts | {"half_length": longer.half_length},
    "heavier": heavier_counts | {"mass": heavier.mass},
    "goal": GOAL,
    "longest": LONGEST,
    "window": WINDOW,
    "given_up": MOST,
    "parameters": count(policies[0].parameters()),
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
        f"{2 * ordinary.half_length:.0f} m long and {ordinary.mass:.1f} kg; a longer one of "
        f"{2 * longer.half_length:.0f} m; and one of the ordinary length, {heavier.mass:.1f} kg.",
    },
    "curves": {
        "caption": f"How long the pole stays up while the policy learns, in the first of {len(SEEDS)} "
        f"repeats; each point is the mean of the last {WINDOW} episodes.",
        "alt": "Two line charts of the pushes that the pole stays up against the episodes tried, for a policy "
        "fine-tuned from the ordinary pole and for one from scratch. They end: "
        + "; ".join(f"pole {title}, {ends}" for title, ends in ended.items())
        + ".",
    },
}

print("episodes until solved, fine-tuned and from scratch, in each repeat")
print("seed   longer pole   heavier pole")
columns = (counts[way] for counts in (longer_counts, heavier_counts) for way in ("finetuned", "scratch"))
for row in zip(SEEDS, *columns):
    print("{:4}{:8}{:6}{:9}{:6}".format(*row))
