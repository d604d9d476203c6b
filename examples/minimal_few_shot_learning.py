# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision"]
# ///
"""A minimal script: few-shot learning

It learns three classes from five labeled pictures of each: a trained network turns each picture into 512
numbers, and a new picture gets the class with the nearest mean. Several draws of the five pictures show how
much luck is involved.

The pictures are noise with a different tint for each class, so only the weights have to be downloaded.
Offline, as in the build of these pages, random weights replace the trained ones, and the output says so. So
the script shows how to write the code, not how well it works.
"""

# %% Load torchvision beside a CPU build of torch
# This is needed only if pip installed torchvision and torch from different builds. Otherwise, it does
# nothing.
import _torchvision_guard  # noqa: F401

# isort: split

# %% Learn classes from five pictures each
import torch
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18

CLASSES, SHOTS, DRAWS = ["daisy", "poppy", "tulip"], 5, 20
torch.manual_seed(0)

# A stand-in for your pictures: noise in which each class has its own tint.
labels = torch.arange(90) % len(CLASSES)
images = torch.randn(90, 3, 64, 64)
images[torch.arange(90), labels] += 0.3

# 1. Load a trained network without its head, and compute the features of all pictures once.
try:
    body = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)  # downloads 45 MB, once
except OSError:  # offline: in your own code, let it fail
    print("Offline: random weights stand in for the trained ones.")
    body = resnet18()
body.fc = nn.Identity()
body.eval()
with torch.inference_mode():
    features = torch.cat([body(batch) for batch in images.split(30)])
features = nn.functional.normalize(features)


def means(rows):
    """One vector for each class: the mean of its labeled pictures."""
    groups = [rows[labels[rows] == number] for number in range(len(CLASSES))]
    return torch.stack([features[group].mean(dim=0) for group in groups])


# 2. Draw five labeled pictures of each class, and test on all others. Five can be lucky, so draw again.
scores = []
for _ in range(DRAWS):
    order = torch.randperm(len(labels))
    groups = [order[labels[order] == number] for number in range(len(CLASSES))]
    labeled = torch.cat([group[:SHOTS] for group in groups])
    unseen = order[~torch.isin(order, labeled)]
    answers = torch.cdist(features[unseen], means(labeled)).argmin(dim=1)
    scores.append((answers == labels[unseen]).float().mean().item())
print(f"{SHOTS} labels for each class: {min(scores):.0%} to {max(scores):.0%} right in {DRAWS} draws")

# 3. Save the table of means. A new class is one more row, and needs no training.
torch.save({"classes": CLASSES, "means": means(labeled)}, "few_shot.pt")
saved = torch.load("few_shot.pt")
nearest = torch.cdist(features[:1], saved["means"]).argmin().item()
print(f"the first picture: {saved['classes'][nearest]}, and its label: {CLASSES[labels[0]]}")
