# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
# ///
"""A minimal script: LoRA

It leaves a trained network unchanged and trains two thin matrices for each layer. It saves only these, adds
them back to the base network, and merges them into a plain network. For a large language model, the package
`peft` does the same.

The pictures are real: small scans of handwritten digits that come with scikit-learn.
"""

# %% Train thin matrices beside frozen layers
import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels, answers = load_digits(return_X_y=True)
images, labels = torch.tensor(pixels).float() / 16, torch.tensor(answers)
turned = images.reshape(-1, 8, 8).rot90(1, (1, 2)).flatten(1)  # the new task: digits on their side
order = torch.randperm(len(images))
train, few, test = order[:1000], order[1000:1200], order[1200:]


class LoRA(nn.Module):
    """A frozen linear layer, plus a trained product of two thin matrices."""

    def __init__(self, base, rank=4, scale=2.0):
        super().__init__()
        self.base, self.scale = base.requires_grad_(False), scale
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))  # zero: nothing changes at first

    def forward(self, x):
        return self.base(x) + self.scale * (x @ self.down.T @ self.up.T)

    def merged(self):
        """One plain layer that gives the same answers."""
        layer = copy.deepcopy(self.base)
        layer.weight += self.scale * self.up.detach() @ self.down.detach()
        return layer


def fit(model, inputs, targets, steps):
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.005)
    for _ in range(steps):
        batch = torch.randint(len(inputs), (32,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accuracy(model):
    with torch.no_grad():
        return (model(turned[test]).argmax(dim=1) == labels[test]).float().mean()


# 1. The base: trained on upright digits. It never sees the new task.
base = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))
fit(base, images[train], labels[train], steps=300)
print(f"base on turned digits: {accuracy(base):.0%}")

# 2. Wrap each layer, and train the thin matrices alone.
model = nn.Sequential(*(LoRA(layer) if isinstance(layer, nn.Linear) else layer for layer in base))
fit(model, turned[few], labels[few], steps=300)
print(f"with LoRA: {accuracy(model):.0%}")

# 3. Save the adapter alone, put it beside a fresh copy of the base, and merge it there.
adapter = {name: tensor for name, tensor in model.state_dict().items() if ".base." not in name}
torch.save(adapter, "adapter.pt")
print(f"the adapter has {sum(tensor.numel() for tensor in adapter.values()):,} numbers")
model.load_state_dict(torch.load("adapter.pt"), strict=False)
plain = nn.Sequential(*(layer.merged() if isinstance(layer, LoRA) else layer for layer in model))
torch.testing.assert_close(plain(turned[test]), model(turned[test]), rtol=1e-3, atol=1e-3)
print(f"merged into plain layers: {accuracy(plain):.0%}")
