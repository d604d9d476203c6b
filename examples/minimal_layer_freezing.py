# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "torchvision"]
# ///
"""A minimal script: layer freezing

It loads a trained network, freezes all of it except the last block and a new head, trains these two, and
checks that nothing else has changed, including the running averages of batch normalization.

The pictures are noise with a different tint for each class, so only the weights have to be downloaded.
Offline, as in the build of these pages, random weights replace the trained ones, and the output says so. So
the script shows how to write the code, not how well it works.
"""

# %% Load torchvision beside a CPU build of torch
# This is needed only if pip installed torchvision and torch from different builds. Otherwise, it does
# nothing.
import _torchvision_guard  # noqa: F401

# isort: split

# %% Freeze all but the last block
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

# 1. Freeze everything, then open the last block and the new head again.
model.requires_grad_(False)
model.layer4.requires_grad_(True)
model.fc.requires_grad_(True)

# 2. Frozen layers stay in eval mode: in train mode, the averages of batch normalization would still move.
model.eval()
model.layer4.train()

# 3. Train. The optimizer gets only the weights that may change.
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
trained = [weight for weight in model.parameters() if weight.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=0.0005)
for epoch in range(5):
    for batch in torch.randperm(60).split(10):
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch + 1}: loss {loss.item():.2f}")

# 4. Prove what moved. Keep this as a test: it also catches a wrong name and a forgotten eval().
after = model.state_dict()
moved = {name for name in after if not torch.equal(before[name], after[name])}
assert all(name.startswith(("layer4.", "fc.")) for name in moved), moved
print(f"{len(moved)} tensors moved, {len(after) - len(moved)} did not")

# 5. Save only what moved. Whoever loads it starts from the same trained network.
torch.save({name: after[name] for name in moved}, "last_block.pt")
model.load_state_dict(before | torch.load("last_block.pt"))
