# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision"]
# ///
"""A minimal script: fine-tuning

It loads a trained network, adds a new head, trains all of it a little further, saves the result with the
class names, and loads both back.

If there is a folder `pictures`, it trains on the pictures in it. Otherwise, the pictures are noise with a
different tint for each class, so only the weights have to be downloaded. Offline, as in the build of these
pages, random weights replace the trained ones, and the output says so. So the script shows how to write the
code, not how well it works.
"""

# %% Load torchvision beside a CPU build of torch
# This is needed only if pip installed torchvision and torch from different builds. Otherwise, it does
# nothing.
import _torchvision_guard  # noqa: F401

# isort: split

# %% Fine-tune a network
import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision.datasets import ImageFolder
from torchvision.models import ResNet18_Weights, resnet18

torch.manual_seed(0)
weights = ResNet18_Weights.IMAGENET1K_V1


def noise(count):
    """A stand-in for pictures: noise in which each of three classes has its own tint."""
    labels = torch.arange(count) % 3
    images = torch.randn(count, 3, 32, 32)
    images[torch.arange(count), labels] += 0.5
    return TensorDataset(images, labels)


# 1. Your pictures are in pictures/train/daisy/1.jpg and so on, those for the test in pictures/test/.
if os.path.isdir("pictures"):
    prepare = weights.transforms()  # resizes, crops, and scales a picture as in training
    train_set, test_set = (ImageFolder(f"pictures/{part}", prepare) for part in ("train", "test"))
    classes = train_set.classes
else:
    train_set, test_set, classes = noise(60), noise(30), ["daisy", "poppy", "tulip"]

# 2. Load a trained network, and replace its head: one output for each of your classes.
try:
    model = resnet18(weights=weights)  # downloads 45 MB, once
except OSError:  # offline: in your own code, let it fail
    print("Offline: random weights stand in for the trained ones.")
    model = resnet18()
model.fc = nn.Linear(model.fc.in_features, len(classes))

# 3. Train all layers: the loaded ones in small steps, the new head in larger ones.
body = [weight for name, weight in model.named_parameters() if not name.startswith("fc.")]
groups = [{"params": body, "lr": 0.0001}, {"params": model.fc.parameters(), "lr": 0.001}]
optimizer = torch.optim.AdamW(groups)
model.train()
for epoch in range(5):
    for images, labels in DataLoader(train_set, batch_size=10, shuffle=True):
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch + 1}: loss {loss.item():.2f}")

# 4. Save the weights with the class names, load both into a new network, and test it on unseen pictures.
torch.save({"classes": classes, "weights": model.state_dict()}, "flowers.pt")
saved = torch.load("flowers.pt")
loaded = resnet18(num_classes=len(saved["classes"]))
loaded.load_state_dict(saved["weights"])
loaded.eval()
with torch.no_grad():
    batches = DataLoader(test_set, batch_size=10)
    right = sum(int((loaded(images).argmax(dim=1) == labels).sum()) for images, labels in batches)
print(f"{right} of {len(test_set)} unseen pictures named right")
