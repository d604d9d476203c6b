# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision"]
# ///
"""A minimal script: gradual unfreezing

It trains a new head first, then unfreezes one block of a trained network after another, from the last one
down, each with a smaller learning rate than the one above it.

The pictures are noise with a different tint for each class, so only the weights have to be downloaded.
Offline, as in the build of these pages, random weights replace the trained ones, and the output says so. So
the script shows how to write the code, not how well it works.
"""

# %% Load torchvision beside a CPU build of torch
# This is needed only if pip installed torchvision and torch from different builds. Otherwise, it does
# nothing.
import _torchvision_guard  # noqa: F401

# isort: split

# %% Open one block after another
import torch
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18

torch.manual_seed(0)

# A stand-in for your pictures: noise in which each of three classes has its own tint.
labels = torch.arange(60) % 3
images = torch.randn(60, 3, 32, 32)
images[torch.arange(60), labels] += 0.5

try:
    model = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)  # downloads 45 MB, once
except OSError:  # offline: in your own code, let it fail
    print("Offline: random weights stand in for the trained ones.")
    model = resnet18()
model.fc = nn.Linear(model.fc.in_features, 3)

# 1. Freeze everything. Then open one part after another, from the head down.
model.requires_grad_(False)
model.eval()  # frozen blocks keep their running averages; open ones are set to train() below
optimizer = None
for depth, name in enumerate(["fc", "layer4", "layer3"]):
    part = getattr(model, name)
    part.requires_grad_(True)
    part.train()
    group = {"params": part.parameters(), "lr": 0.001 / 3**depth}  # deeper parts take smaller steps
    if optimizer is None:
        optimizer = torch.optim.AdamW([group])
    else:
        optimizer.add_param_group(group)  # keeps what the optimizer knows about the parts above

    # 2. Train everything that is open, before the next part joins.
    for _ in range(2):
        losses = []
        for batch in torch.randperm(60).split(10):
            loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    trained = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    print(f"{name} opened: {trained:,} numbers are trained, loss {sum(losses) / len(losses):.2f}")

    # 3. Save each stage, so that you can go back to the one with the best validation score.
    torch.save(model.state_dict(), f"stage-{depth}.pt")

model.load_state_dict(torch.load("stage-1.pt"))  # for example, if opening layer3 brought nothing
