# /// script
# requires-python = ">=3.11"
# [tool.glossary]
# seeds = [0, 1]
# ///
"""By heart, or by rule

Every tenth label is wrong. One learner keeps a table of all examples, the other only a rule.
"""

# %% Make the examples
import os
import random

chance = random.Random(int(os.environ.get("SEED", 0)))


def labeled(number: int) -> bool:
    """Whether the number is large; one label in ten is wrong."""
    return (number >= 500) != (chance.random() < 0.1)


seen = {number: labeled(number) for number in range(0, 1000, 2)}
unseen = {number: labeled(number) for number in range(1, 1000, 2)}

# %% Compare the learners
metrics = {}
for name, answer in (("table", lambda n: seen.get(n, chance.random() < 0.5)), ("rule", lambda n: n >= 500)):
    right = {"seen": 0, "unseen": 0}
    for kind, examples in (("seen", seen), ("unseen", unseen)):
        right[kind] = sum(answer(number) == label for number, label in examples.items()) / len(examples)
    metrics[name] = right
    print(f"{name:5}  seen {right['seen']:.2f}  unseen {right['unseen']:.2f}")
