# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: learning rate

It fine-tunes a trained network on a new task with six learning rates, chooses one on validation pictures, and
uses the test pictures once, at the end.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Choose a learning rate
import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, labels = torch.tensor(pixels).float() / 16, torch.tensor(answers)
turned = images.reshape(-1, 8, 8).rot90(1, (1, 2)).flatten(1)  # the new task: digits on their side
order = torch.randperm(len(images))
source, few, validation, test = order[:800], order[800:900], order[900:1200], order[1200:]


def fit(model, inputs, targets, rate, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    warm_up = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=20)
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps - 20)
    schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm_up, decay], milestones=[20])
    for _ in range(steps):
        batch = torch.randint(len(inputs), (32,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model


def accuracy(model, rows):
    with torch.no_grad():
        return (model(turned[rows]).argmax(dim=1) == labels[rows]).float().mean().item()


# 1. The network to start from: trained on upright digits. A network this small tolerates a rate of 0.1; for your own,
# choose the rate as in steps 2 and 3.
start = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
fit(start, images[source], labels[source], rate=0.1, steps=400)

# 2. Try rates that differ by a constant factor, each on its own copy of the same start.
scores, tuned = {}, {}
for rate in (0.0001, 0.001, 0.01, 0.1, 1, 10):
    tuned[rate] = fit(copy.deepcopy(start), turned[few], labels[few], rate, steps=150)
    scores[rate] = accuracy(tuned[rate], validation)
    print(f"rate {rate:<6} validation accuracy {scores[rate]:.0%}")

# 3. Choose on the validation pictures. If the best rate is the first or the last one, try more.
best = max(scores, key=scores.get)
torch.save({"rate": best, "weights": tuned[best].state_dict()}, "tuned.pt")
start.load_state_dict(torch.load("tuned.pt")["weights"])
print(f"chosen: {best}; test accuracy {accuracy(start, test):.0%}")
