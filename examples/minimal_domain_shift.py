# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: domain shift

It trains a network on dark ink, tests it on pale ink that it never saw, detects the change from the inputs
alone, and adapts the network with a few labeled pictures of the new kind.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Notice a shift and adapt to it
import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, labels = torch.tensor(pixels).float() / 16, torch.tensor(answers)
order = torch.randperm(len(images))
train, few, test = order[:1000], order[1000:1050], order[1050:]
shifted = 0.3 + 0.3 * images  # the new scanner: pale ink on gray paper


def fit(inputs, targets, steps, rate):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    for _ in range(steps):
        batch = torch.randint(len(inputs), (32,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def report(when):
    """Score both kinds of picture."""
    for name, inputs in (("ordinary", images), ("pale", shifted)):
        with torch.no_grad():
            right = model(inputs[test]).argmax(dim=1) == labels[test]
        print(f"{when}: {right.float().mean():.0%} of {name} digits")


# 1. Train on the old kind of picture, and test on both kinds.
model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
fit(images[train], labels[train], steps=400, rate=0.003)
report("before")

# 2. Notice the shift without a single label: compare simple statistics of the inputs.
brightness = images[train].mean(dim=1)
usual, spread = brightness.mean(), brightness.std()
today = shifted[test].mean()
off = (today - usual) / spread
print(f"mean brightness {today:.2f} instead of {usual:.2f}: {off:.1f} standard deviations off")

# 3. Label fifty of the new pictures, adapt, and score both kinds again.
fit(shifted[few], labels[few], steps=200, rate=0.001)
report("after")

# 4. Save the adapted weights together with the statistics that the next alarm needs.
torch.save({"weights": model.state_dict(), "usual": today, "spread": spread}, "adapted.pt")
model.load_state_dict(torch.load("adapted.pt")["weights"])
