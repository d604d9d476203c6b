# /// script
# requires-python = ">=3.11"
# [tool.glossary]
# seeds = [0, 1, 2, 3, 4]
# [tool.glossary.tolerance]
# default = 0.001
# [tool.glossary.charts.minutes]
# kind = "bars"
# title = "When to turn"
# caption = "Three boats sail a mile to windward in the same shifting wind; they differ only in when they turn."
# axis = "minutes for one mile to windward"
# unit = "number"
# bars = {"turns on headers" = "headers.minutes", "turns by the clock" = "clock.minutes", "turns on lifts" = "lifts.minutes"}
# ///
"""A race in shifting wind

Three boats sail a mile to windward. They are equally fast, they sail in the same wind, and each is always steered as
close to it as possible. They differ in only one way: when they turn.

This is a game with numbers, not the sea. There are no waves and no steering mistakes, and we measure only the progress
against the mean wind, no matter where on the water the boat is.
"""

# %% A wind that swings
# The wind swings to the left and to the right of its mean direction. The width and the length of each swing are random.
import math
import os
import random

chance = random.Random(int(os.environ.get("SEED", 0)))


def wind(seconds):
    """Degrees to the right of the mean wind, for each second."""
    degrees = []
    side = chance.choice([-1, 1])
    while len(degrees) < seconds:
        width, length = chance.uniform(4, 14), round(chance.uniform(90, 300))
        degrees += [side * width * math.sin(math.pi * moment / length) for moment in range(length)]
        side = -side
    return degrees


# %% Three ways to decide
# A boat sails at 45 degrees to the wind, to its left or to its right. If the wind swings toward its bow, the boat is
# headed and points away from the mark; on the other side, the same swing would be a lift.
BESIDE, KNOTS, TACK_SECONDS, LEAST = 45, 5, 12, 5


def by_the_clock(moment, shift, side):
    return moment % 300 == 299


def on_headers(moment, shift, side):
    return side * shift > LEAST


def on_lifts(moment, shift, side):
    return side * shift < -LEAST


# %% Sail a mile
# On the left of the wind (side -1), the boat's course is the wind's direction minus 45 degrees; on the right, plus 45.
# Only its progress to windward counts. After a turn, the boat drifts for a few seconds and gains nothing.
def sail(decide, shifts):
    gained, side, tacks, idle = 0.0, 1, 0, 0
    for moment, shift in enumerate(shifts):
        if idle:
            idle -= 1
            continue
        gained += KNOTS / 3600 * math.cos(math.radians(shift + side * BESIDE))
        if gained >= 1:
            break
        if decide(moment, shift, side):
            side, tacks, idle = -side, tacks + 1, TACK_SECONDS
    return moment / 60, tacks


# %% Race
# All three boats have the same wind in each race. Each metric is the mean over the races.
races = [wind(7200) for _ in range(40)]
metrics = {"races": len(races), "tack_seconds": TACK_SECONDS}
for name, decide in {"headers": on_headers, "clock": by_the_clock, "lifts": on_lifts}.items():
    sailed = [sail(decide, shifts) for shifts in races]
    minutes, tacks = (sum(column) / len(races) for column in zip(*sailed, strict=True))
    metrics[name] = {"minutes": minutes, "tacks": tacks}
    print(f"{name:8} {minutes:5.1f} minutes, {tacks:4.1f} turns")
