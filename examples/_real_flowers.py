"""What `flowers_real` reads from outside of this project: photographs, and weights that others have trained.

Nothing is downloaded. Both are read from where they lie, and the weights are checked before they are used:
torchvision checks the lists of the data set when it opens it, but never a file of weights.
"""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import _torchvision_guard  # noqa: F401  (must come before torchvision)
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.datasets import Flowers102
from torchvision.models import ResNet18_Weights, resnet18
from torchvision.transforms import v2

# Pixels along an edge: of a picture as it is kept, and of the part that the network gets to see.
KEPT, SEEN = 144, 128
USUAL = ResNet18_Weights.IMAGENET1K_V1.transforms()

Pictures = tuple[Tensor, Tensor]  # (pictures, 3, 144, 144) from 0 to 1, and (pictures,) class numbers


def photographs(root: Path, splits: Iterable[str], species: int, each: int) -> Pictures:
    """The first `each` photographs of each of the first species of Flowers102; the species take turns.

    root: the folder that holds `flowers-102`. splits: of "train", "val" and "test"; one is taken after the
    other. Raises ValueError where a species has fewer photographs, RuntimeError where the data set is not
    there or its lists are not the original ones.
    """
    files = defaultdict(list)
    for split in splits:
        # With `str` as its loader the data set names the files, and opens only what we choose below.
        for file, label in Flowers102(root, split=split, download=False, loader=str):
            files[label].append(file)
    if short := [label for label in range(species) if len(files[label]) < each]:
        raise ValueError(f"fewer than {each} photographs of species {', '.join(map(str, short))}")
    chosen = [(files[label][number], label) for number in range(each) for label in range(species)]
    return torch.stack([picture(file) for file, _ in chosen]), torch.tensor([label for _, label in chosen])


def picture(file: str | Path) -> Tensor:
    """The middle square of a photograph as (3, 144, 144), from 0 to 1."""
    prepare = v2.Compose(
        [v2.ToImage(), v2.Resize(KEPT), v2.CenterCrop(KEPT), v2.ToDtype(torch.float32, scale=True)]
    )
    with Image.open(file) as opened:
        return prepare(opened.convert("RGB"))


def shifted_and_mirrored(pictures: Tensor) -> Tensor:
    """The part that the network sees, cut out a little to the side, and in a mirror half of the time."""
    top, left = (int(start) for start in torch.randint(KEPT - SEEN + 1, (2,)))
    cut = pictures[:, :, top : top + SEEN, left : left + SEEN]
    return cut.flip(3) if torch.rand(()) < 0.5 else cut


def middle(pictures: Tensor) -> Tensor:
    """The part that the network sees when it is examined."""
    return v2.functional.center_crop(pictures, [SEEN, SEEN])


def pretrained_resnet(weights: Path, expected: str, classes: int) -> nn.Sequential:
    """ResNet18 with the weights of a file, and a new head.

    expected: what the file's SHA-256 must begin with. Raises ValueError if it begins otherwise.
    """
    found = sha256(weights.read_bytes()).hexdigest()
    if not found.startswith(expected):
        raise ValueError(f"the SHA-256 of {weights.name} begins with {found[:8]}, not with {expected}")
    body = resnet18(weights=None)
    body.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return with_new_head(body, classes)


def untrained_resnet(classes: int) -> nn.Sequential:
    """The same network with random weights."""
    return with_new_head(resnet18(weights=None), classes)


def with_new_head(body: nn.Module, classes: int) -> nn.Sequential:
    """Takes pictures from 0 to 1, whose colors it first scales as ImageNet's were, and gives scores."""
    head = nn.Linear(body.fc.in_features, classes)
    body.fc = nn.Identity()
    network = nn.Sequential()
    network.add_module("colors", v2.Normalize(USUAL.mean, USUAL.std))
    network.add_module("body", body)
    network.add_module("head", head)
    return network.to(memory_format=torch.channels_last)
