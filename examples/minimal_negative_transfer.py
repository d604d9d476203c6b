# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: negative transfer

A network that has learned only to tell 0 from 1 is frozen and reused for all ten digits. A network trained
from scratch on the same data for the same number of steps shows whether the reuse helped or hurt.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Test whether loaded weights help or hurt
import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, labels = torch.tensor(pixels).float() / 16, torch.tensor(answers)
order = torch.randperm(len(images))
train, validation, test = order[:1000], order[1000:1300], order[1300:]


def network(classes):
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, classes))


def fit(model, rows, steps=400):
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=0.003)
    for _ in range(steps):
        batch = rows[torch.randint(len(rows), (32,))]
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accuracy(model, rows):
    with torch.no_grad():
        return (model(images[rows]).argmax(dim=1) == labels[rows]).float().mean().item()


# 1. The source task is narrow: it needs only what tells 0 from 1.
narrow = network(2)
fit(narrow, train[labels[train] < 2])
torch.save(narrow[0].state_dict(), "body.pt")

# 2. Three ways to the new task, with the same data and steps: reuse frozen, reuse and tune, start afresh.
ways = {"loaded, frozen": network(10), "loaded, tuned": network(10), "fresh": network(10)}
for name in ("loaded, frozen", "loaded, tuned"):
    ways[name][0].load_state_dict(torch.load("body.pt"))
ways["loaded, frozen"][0].requires_grad_(False)
for name, model in ways.items():
    fit(model, train)
    print(f"{name:15} {accuracy(model, validation):.0%} of the validation digits")

# 3. Keep the loaded weights only if they beat the fresh start. Then look at the test digits, once.
best = max(ways, key=lambda name: accuracy(ways[name], validation))
torch.save(ways[best].state_dict(), "best.pt")
model = network(10)
model.load_state_dict(torch.load("best.pt"))
print(f"kept: {best}; {accuracy(model, test):.0%} of the test digits")
