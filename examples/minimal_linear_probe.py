# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: linear probe

A network has learned to tell even digits from odd ones. Do its features also show which digit it is? A linear
probe on the frozen features tests this, and two controls show what the result is worth.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Ask a frozen network with a linear probe
import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, labels = torch.tensor(pixels).float() / 16, torch.tensor(answers)
order = torch.randperm(len(images))
train, test = order[:1200], order[1200:]


def fit(model, weights, inputs, targets, steps):
    """Train only `weights`; whatever else the model contains stands still."""
    optimizer = torch.optim.AdamW(weights, lr=0.003)
    for _ in range(steps):
        batch = torch.randint(len(inputs), (64,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# 1. The network to examine: it was only ever asked whether a digit is even or odd.
body = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
untrained = copy.deepcopy(body)
model = nn.Sequential(body, nn.Linear(32, 2))
fit(model, model.parameters(), images[train], labels[train] % 2, steps=600)


def probe(frozen, width):
    """The share of unseen digits that a linear layer on the frozen features names."""
    with torch.no_grad():
        features = frozen(images)
    features = (features - features[train].mean(dim=0)) / (features[train].std(dim=0) + 1e-6)
    line = nn.Linear(width, 10)
    fit(line, line.parameters(), features[train], labels[train], steps=600)
    right = line(features[test]).argmax(dim=1) == labels[test]
    return line, right.float().mean().item()


# 2. Probe its features, and two controls: the same network before training, and no network at all.
line, score = probe(body, 32)
print(f"features of the trained network: {score:.0%}")
print(f"features before any training:    {probe(untrained, 32)[1]:.0%}")
print(f"raw pixels:                      {probe(nn.Identity(), 64)[1]:.0%}")

# 3. Save body and probe together, and load them back: a probe fits one body only.
torch.save({"body": body.state_dict(), "probe": line.state_dict()}, "probe.pt")
saved = torch.load("probe.pt")
body.load_state_dict(saved["body"])
line.load_state_dict(saved["probe"])
