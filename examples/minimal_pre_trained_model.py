# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision"]
# ///
"""A minimal script: pre-trained model

It loads a network with its matching weights, input preparation, and class names, runs it on one picture, and
stores a reference answer that a later version must still give.

The pictures are noise with a different tint for each class, so only the weights have to be downloaded.
Offline, as in the build of these pages, random weights replace the trained ones, and the output says so. So
the script shows how to write the code, not how well it works.
"""

# %% Load torchvision beside a CPU build of torch
# This is needed only if pip installed torchvision and torch from different builds. Otherwise, it does
# nothing.
import _torchvision_guard  # noqa: F401

# isort: split

# %% Load a trained network and ask it
import hashlib
from pathlib import Path

import torch
from torchvision.models import ResNet18_Weights, resnet18

torch.manual_seed(0)

# 1. Name one exact version. ResNet18_Weights.DEFAULT may mean another one after an update.
weights = ResNet18_Weights.IMAGENET1K_V1
prepare = weights.transforms()  # resizes, crops, and scales a picture as in training
names = weights.meta["categories"]
try:
    model = resnet18(weights=weights)  # downloads 45 MB, once
except OSError:  # offline: in your own code, let it fail
    print("Offline: random weights stand in for the trained ones.")
    model = resnet18()
model.eval()  # without this, the answer for a picture depends on the others in its batch
print(f"{sum(weight.numel() for weight in model.parameters()):,} weights, {len(names)} classes")

# 2. Ask it about a picture. A file: from torchvision.io import decode_image; decode_image("dog.jpg")
picture = torch.randint(0, 256, (3, 300, 400), dtype=torch.uint8)  # a stand-in: colored noise
with torch.inference_mode():
    chances = model(prepare(picture).unsqueeze(0)).softmax(dim=1)[0]
top = chances.topk(3)
for chance, number in zip(top.values.tolist(), top.indices.tolist(), strict=True):
    print(f"{names[number]}: {chance:.3f}")

# 3. Keep a copy of the weights with your product, and pin its content, not only its name.
copy = Path("resnet18.pt")
torch.save(model.state_dict(), copy)
print(f"SHA-256 of the copy: {hashlib.sha256(copy.read_bytes()).hexdigest()[:16]}...")

# 4. Load the copy, and check that it gives the same answer. Run this check whenever the service starts.
loaded = resnet18()
loaded.load_state_dict(torch.load(copy))
loaded.eval()
with torch.inference_mode():
    again = loaded(prepare(picture).unsqueeze(0)).softmax(dim=1)[0]
torch.testing.assert_close(again, chances)
print("the loaded copy gives the same answer")
