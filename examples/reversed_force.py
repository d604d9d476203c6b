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
# "source.episodes" = "none"
# "source.pushes" = "none"
# "reversed.*" = "none"
# "switched.pushes" = "none"
# "*seconds" = "none"
# [tool.glossary.charts.episodes]
# kind = "bars"
# title = "Episodes until the rewired cart is solved"
# caption = "Episodes until the pole is solved on a cart whose motor is wired backward. Each dot is one repeat; training stops after 600 episodes."
# axis = "episodes until solved"
# unit = "number"
# bars = {"old policy, fine-tuned" = "reversed.finetuned", "fresh policy" = "reversed.scratch"}
# ///
"""When it hurts: the same cart with its motor wired the wrong way around

A policy has learned to balance a pole on a cart. Then someone rewires the motor: a push to the left now goes
to the right. Everything looks the same as before, but everything that the policy knows is wrong.

Transfer that makes things worse is called *negative transfer*. Here we can count it: how many attempts does
the old policy need to learn the rewired cart, and how many does a policy that knows nothing need?
"""

# %% Learn the ordinary cart
# The policy, the training method and the threshold are the same as in the example `cartpole`; only the
# rewiring is new. There are twenty repeats with different seeds, because chance plays a large part. They run
# at the same time, and none of them affects another. Each list below contains one number for each repeat.
import copy
import time

import matplotlib.pyplot as plt
import torch
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
from _training import BLUE, GRAY, PANEL, VERMILION

start = time.process_time()
ordinary, rewired = Cart(force=10.0), Cart(force=-10.0)
policies = [untrained_policy(seed) for seed in SEEDS]
source_episodes = [len(lengths) for lengths in train(policies, ordinary, seeds=SEEDS)]
before = evaluate(policies, ordinary, seeds=[seed + 2000 for seed in SEEDS])

print("mean over the repeats, and in brackets the lowest and the highest number:")
print(f"solved after {mean_and_range(source_episodes)} episodes")
print(f"now the pole stays up for {mean_and_range(before)} pushes of {LONGEST}")

# %% Rewire the motor
# With the old policy, the pole falls at once, sooner than with random pushes. The policy has to unlearn
# before it can learn, and it is *confident* in its wrong pushes, so it seldom tries the right ones.
fresh = [untrained_policy(seed + 500) for seed in SEEDS]
untouched = evaluate(policies, rewired, seeds=[seed + 5001 for seed in SEEDS])
untrained = evaluate(fresh, rewired, seeds=[seed + 5001 for seed in SEEDS])

learners = [*copy.deepcopy(policies), *fresh]
tries = train(learners, rewired, seeds=[seed + 5000 for seed in SEEDS] * 2)
finetuned_tries, scratch_tries = tries[: len(SEEDS)], tries[len(SEEDS) :]
finetuned = [len(lengths) for lengths in finetuned_tries]
scratch = [len(lengths) for lengths in scratch_tries]

print(f"before learning: old policy {mean_and_range(untouched)} pushes")
print(f"    untrained policy {mean_and_range(untrained)} pushes")
print(f"solved after {mean_and_range(finetuned)} episodes fine-tuned (given up after {MOST})")
print(f"    solved after {mean_and_range(scratch)} episodes from scratch")

# %% Swap the answers instead
# The policy's knowledge is not worthless, only reversed. If you know *what* has changed, you can do better
# than training: flip the sign of the last layer, and left and right are swapped back. This needs no training
# at all.
switched_policies = copy.deepcopy(policies)
with torch.no_grad():
    for policy in switched_policies:
        for parameter in policy[-1].parameters():
            parameter.neg_()
switched = evaluate(switched_policies, rewired, seeds=[seed + 5002 for seed in SEEDS])
seconds = time.process_time() - start

print(f"sign turned, nothing trained: {mean_and_range(switched)} pushes of {LONGEST}")

# %% Watch one repeat
# This is only the first repeat; rely on the chart of all repeats.
lines = {"fine-tuned": (finetuned_tries[0], VERMILION), "from scratch": (scratch_tries[0], BLUE)}
furthest = max(finetuned[0], scratch[0])

figure, axes = plt.subplots(num="curves", figsize=(6, 3.6), **PANEL)
for name, (lengths, color) in lines.items():
    heights = smoothed(lengths)
    axes.plot(range(1, len(heights) + 1), heights, color=color)
    axes.plot([len(heights)], heights[-1:], "o", color=color)
    axes.annotate(
        f"{name}: {len(heights)}",
        (len(heights), heights[-1]),
        xytext=(0, 24 if name == "fine-tuned" else 7),
        textcoords="offset points",
        ha="right" if len(heights) > 0.3 * furthest else "left",
        color=color,
        fontweight="bold",
    )
axes.axhline(GOAL, color=GRAY, linestyle=":", linewidth=1.5)
axes.set_yticks([0, 200, GOAL], ["0", "200", f"solved\n{GOAL}"])
axes.set(ylim=(0, 580), xlim=(0, 1.03 * furthest))
axes.set_xlabel("episodes tried with the rewired motor")
axes.set_ylabel(f"pushes, mean of {WINDOW} episodes")
_ = axes.set_title("Unlearning comes first")

# %% Write down what was measured
# `slower` is 1 if the old policy needed more episodes than the new one in the repeat, else 0. A training run
# that we stopped counts as 600 episodes. `seconds` is the time for all repeats together.
metrics = {
    "source": {"episodes": source_episodes, "pushes": before},
    "reversed": {
        "untouched": untouched,
        "untrained": untrained,
        "finetuned": finetuned,
        "scratch": scratch,
        "slower": [int(old > new) for old, new in zip(finetuned, scratch)],
        "solved": [int(old < MOST) + int(new < MOST) for old, new in zip(finetuned, scratch)],
    },
    "switched": {"pushes": switched},
    "goal": GOAL,
    "longest": LONGEST,
    "window": WINDOW,
    "given_up": MOST,
    "seconds": seconds,
}
figures = {
    "curves": {
        "caption": "How long the pole stays up with the rewired motor while each policy learns, in the first "
        f"of {len(SEEDS)} repeats; each point is the mean of the last {WINDOW} episodes.",
        "alt": "Line chart of the pushes that the pole stays up against the episodes tried. "
        f"The fine-tuned policy begins at {untouched[0]:.0f} pushes and ends after {finetuned[0]} episodes; "
        f"the one from scratch ends after {scratch[0]}.",
    },
}

print("episodes until solved in each repeat")
print("seed   fine-tuned   from scratch")
for row in zip(SEEDS, finetuned, scratch):
    print("{:4}{:13}{:15}".format(*row))
