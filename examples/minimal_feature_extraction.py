# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision"]
# ///
"""A minimal script: feature extraction

It turns a trained network into a function from a picture to 512 numbers, computes these features once,
stores them, and trains a small new head on the stored features.

The pictures are noise with a different tint for each class, so only the weights have to be downloaded.
Offline, as in the build of these pages, random weights replace the trained ones, and the output says so. So
the script shows how to write the code, not how well it works.
"""

# %% Load torchvision beside a CPU build of torch
# This is needed only if pip installed torchvision and torch from different builds. Otherwise, it does
# nothing.
import _torchvision_guard  # noqa: F401

# isort: split

# %% Store features and train a head on them
import torch
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18

torch.manual_seed(0)

# A stand-in for your pictures: noise in which each of three classes has its own tint.
labels = torch.arange(90) % 3
images = torch.randn(90, 3, 64, 64)
images[torch.arange(90), labels] += 0.5

# 1. Load a trained network, and remove its head. It returns features now: 512 numbers for each picture.
try:
    body = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)  # downloads 45 MB, once
except OSError:  # offline: in your own code, let it fail
    print("Offline: random weights stand in for the trained ones.")
    body = resnet18()
body.fc = nn.Identity()
body.eval()

# 2. Compute all features once, and store them with their labels. The body is not needed again for training.
with torch.no_grad():
    features = torch.cat([body(batch) for batch in images.split(30)])
torch.save({"features": features, "labels": labels}, "features.pt")
print("features:", tuple(features.shape))

# 3. Train only a head, on the stored features. Scale them first, with numbers from the training part alone.
stored = torch.load("features.pt")
features, labels = stored["features"], stored["labels"]
mean, spread = features[:60].mean(dim=0), features[:60].std(dim=0) + 1e-6
features = (features - mean) / spread
head = nn.Linear(512, 3)
optimizer = torch.optim.AdamW(head.parameters(), lr=0.01, weight_decay=0.1)
for _ in range(100):
    loss = nn.functional.cross_entropy(head(features[:60]), labels[:60])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

right = head(features[60:]).argmax(dim=1) == labels[60:]
print(f"loss {loss.item():.3f}; {right.sum()} of {len(right)} unseen pictures named right")

# 4. Save the head with everything that it relies on. It fits no other body and no other scaling.
parts = {"body": "ResNet18_Weights.IMAGENET1K_V1", "mean": mean, "spread": spread}
torch.save(parts | {"head": head.state_dict()}, "head.pt")
head.load_state_dict(torch.load("head.pt")["head"])
