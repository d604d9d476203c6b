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
# "source.episodes" = "none"
# "source.pushes" = "none"
# "reversed.*" = "none"
# "switched.pushes" = "none"
# "*seconds" = "none"
# [tool.glossary.charts.episodes]
# kind = "bars"
# title = "Tries until the rewired cart is mastered"
# caption = "Episodes until solved with the motor wired the wrong way round. Each dot is one repeat; given up at 600."
# axis = "episodes until solved"
# unit = "number"
# bars = {"old policy, fine-tuned" = "reversed.finetuned", "fresh policy" = "reversed.scratch"}
# ///
"""When it hurts: the same cart with its motor wired the wrong way round

A policy has learned to balance a pole on a cart. Then somebody rewires the motor: a push to the left now
goes to the right. Everything looks as before, and all that the policy knows is wrong.

Transfer that makes things worse is called *negative transfer*. Here it can be counted: how many tries does
the old policy need to learn the rewired cart, and how many does a policy that knows nothing?
"""

# %% Learn the ordinary cart
# The same policy, the same way of learning and the same threshold as in the example `cartpole`; only the
# rewiring is new. Twenty repeats with other dice, for chance plays a large part.
import copy
import time

import matplotlib.pyplot as plt
import torch
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
from _training import BLUE, GRAY, PANEL, SEED, VERMILION

start = time.process_time()
ordinary, rewired = cart_and_pole(), cart_and_pole(force=-10.0)
policy = untrained_policy(SEED)
tries = practice(policy, ordinary, lot=SEED)
knows = balance(policy, ordinary, lot=SEED + 2000)

print(f"solved after {len(tries)} episodes; now the pole stays up for {knows:.0f} pushes of {LONGEST}")

# %% Rewire the motor
# The old policy falls at once, sooner than one that pushes at random. It has to unlearn before it can learn,
# and it is *sure* of its wrong pushes, so it seldom tries the right ones.
untouched = balance(policy, rewired, lot=SEED + 5001)
untrained = balance(untrained_policy(SEED + 500), rewired, lot=SEED + 5001)
finetuned = practice(copy.deepcopy(policy), rewired, lot=SEED + 5000)
scratch = practice(untrained_policy(SEED + 500), rewired, lot=SEED + 5000)

print(f"before learning: old policy {untouched:.0f} pushes, untrained policy {untrained:.0f}")
print(f"solved after {len(finetuned)} episodes fine-tuned, {len(scratch)} from scratch (given up at {MOST})")

# %% Switch the answer instead
# What the policy knows is not worthless, it is only the wrong way round. Whoever knows *what* has changed can
# do better than train: turn the sign of the last layer, and left is right again. No training at all.
switched_policy = copy.deepcopy(policy)
with torch.no_grad():
    for parameter in switched_policy[-1].parameters():
        parameter.neg_()
switched = balance(switched_policy, rewired, lot=SEED + 5002)
seconds = time.process_time() - start

print(f"sign turned, nothing trained: {switched:.0f} pushes of {LONGEST}")

# %% Watch one repeat
# A single throw of the dice; the chart over all repeats is what counts.
lines = {"fine-tuned": (finetuned, VERMILION), "from scratch": (scratch, BLUE)}
furthest = max(len(finetuned), len(scratch))

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
# `slower` is 1 if the old policy needed more episodes than the fresh one in this repeat, else 0. A training
# that was given up counts as 600.
metrics = {
    "source": {"episodes": len(tries), "pushes": knows},
    "reversed": {
        "untouched": untouched,
        "untrained": untrained,
        "finetuned": len(finetuned),
        "scratch": len(scratch),
        "slower": int(len(finetuned) > len(scratch)),
        "solved": int(len(finetuned) < MOST) + int(len(scratch) < MOST),
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
        "caption": "How long the pole stays up with the rewired motor while each policy learns, in one repeat of "
        f"twenty; each point is the mean of the last {WINDOW} episodes.",
        "alt": "Line chart of the pushes that the pole stays up against the episodes tried. "
        f"The fine-tuned policy begins at {untouched:.0f} pushes and ends after {len(finetuned)} episodes; "
        f"the one from scratch ends after {len(scratch)}.",
    },
}
metrics
