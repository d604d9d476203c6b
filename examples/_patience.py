"""How the long training from scratch was tuned: as the short ones in `_recipes.py`, but with all its steps.

A rate that is good for a short training need not be good for a long one. So the network that starts from
nothing and trains four times as long had six tries of its own, with the number of labels at which it comes
close to the fine-tuned one.
"""

from _flowers import labeled_pictures, train
from _recipes import CHOOSING, DRAWINGS, RECIPES, STEPS, choosing_pictures, one_rate, tried, write_down

LONG, MOST = 4 * STEPS, 50  # steps, and labels of each species
NAME = "scratch_long"


def try_long(rate: float, drawing: int) -> float:
    """Accuracy on the pictures for choosing after the long training from scratch."""
    return train(
        RECIPES["scratch"].start(drawing),
        labeled_pictures(MOST, drawing),
        one_rate(rate),
        steps=LONG,
        seed=drawing,
        examined_on=lambda: choosing_pictures(drawing),
    ).accuracy


def try_all_long() -> None:
    """Train with every rate, and write the results down for the other examples."""
    rows = [
        {"setting": setting, "accuracy": [try_long(setting["rate"], drawing) for drawing in DRAWINGS]}
        for setting in RECIPES["scratch"].settings()
    ]
    write_down(NAME, MOST, rows)


def chosen_long() -> float:
    """The rate chosen by the rule of `_recipes.py`: the smallest within one standard error of the best."""
    means = [(sum(row["accuracy"]) / len(DRAWINGS), row["setting"]["rate"]) for row in tried(NAME, MOST)]
    best = max(mean for mean, _ in means)
    error = (best * (1 - best) / (CHOOSING * len(DRAWINGS))) ** 0.5
    return next(rate for mean, rate in means if mean >= best - error)
