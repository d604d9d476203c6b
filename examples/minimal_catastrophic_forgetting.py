# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: catastrophic forgetting

It trains a network on the digits 0 to 4, then only on 5 to 9, and measures how much of the old skill is left.
The same training with a few old pictures mixed in shows how much replay saves.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Forget and replay
import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, labels = torch.tensor(pixels).float() / 16, torch.tensor(answers)
order = torch.randperm(len(images))
test, train = order[:500], order[500:]
old, new = train[labels[train] < 5], train[labels[train] >= 5]


def fit(model, rows, steps=300):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    for _ in range(steps):
        batch = rows[torch.randint(len(rows), (32,))]
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def report(name, model):
    """The regression test: always score the old task beside the new one."""
    with torch.no_grad():
        right = model(images[test]).argmax(dim=1) == labels[test]
    is_old = labels[test] < 5
    old_score, new_score = right[is_old].float().mean(), right[~is_old].float().mean()
    print(f"{name:12} old digits {old_score:.0%}, new digits {new_score:.0%}")


# 1. Learn the old digits, and save the weights.
model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
fit(model, old)
torch.save(model.state_dict(), "old.pt")
report("before", model)

# 2. Go on with the new digits alone.
naive = copy.deepcopy(model)
fit(naive, new)
report("new only", naive)

# 3. Go back to the saved weights, and mix ten old pictures of each digit into the new ones.
model.load_state_dict(torch.load("old.pt"))
kept = torch.cat([old[labels[old] == digit][:10] for digit in range(5)])
mixed = torch.cat([new, kept.repeat(len(new) // len(kept))])  # as many old rows as new ones
fit(model, mixed)
report("with replay", model)
