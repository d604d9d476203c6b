# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: transfer learning

The body of a network that has learned to classify digits is reused for another task, telling even digits from
odd ones with twenty labels. The same loop with random initial weights shows what the reuse is worth.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Reuse a body for another task
import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, digits = torch.tensor(pixels).float() / 16, torch.tensor(answers)
odd = digits % 2
order = torch.randperm(len(images))
source, few, test = order[:1000], order[1000:1020], order[1020:]


def network(classes):
    body = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 32), nn.ReLU())
    return nn.Sequential(body, nn.Linear(32, classes))


def fit(model, weights, inputs, targets, steps):
    """Train only `weights`; whatever else the model contains stands still."""
    optimizer = torch.optim.AdamW(weights, lr=0.003)
    for _ in range(steps):
        batch = torch.randint(len(inputs), (20,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accuracy(model):
    with torch.no_grad():
        return (model(images[test]).argmax(dim=1) == odd[test]).float().mean()


# 1. Somebody else's work: a network that names digits, learned from many labels. Save its body.
namer = network(10)
fit(namer, namer.parameters(), images[source], digits[source], steps=600)
torch.save(namer[0].state_dict(), "body.pt")

# 2. Your task has twenty labels. Load the body, leave it as it is, and train a new head.
model = network(2)
model[0].load_state_dict(torch.load("body.pt"))
fit(model, model[1].parameters(), images[few], odd[few], steps=200)
print(f"body reused:         {accuracy(model):.0%} of {len(test)} unseen digits")

# 3. The baseline: the same network, data, and steps, but random weights, all of them trained.
scratch = network(2)
fit(scratch, scratch.parameters(), images[few], odd[few], steps=200)
print(f"from random weights: {accuracy(scratch):.0%}")
share = odd[test].float().mean()
print(f"always the same answer: {max(share, 1 - share):.0%}")
