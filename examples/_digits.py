"""Real handwritten digits, split into sets, and a small network that reads them.

1,797 scans of 8 by 8 pixels (Alpaydin and Kaynak, 1998; UCI, CC BY 4.0), as they come with scikit-learn. About
three hundred are for watching; they were used to choose steps and learning rates and are the same for every
seed. Each seed splits the others anew: five hundred for the test, and the rest for training.
"""

import torch
from _training import SEED
from sklearn.datasets import load_digits
from torch import Generator, Tensor, nn

_pixels, _answers = load_digits(return_X_y=True)

images: Tensor = torch.tensor(_pixels, dtype=torch.float32) / 16  # (pictures, 64), 0 is paper and 1 is ink
labels: Tensor = torch.tensor(_answers)

_order = torch.randperm(len(images), generator=Generator().manual_seed(1989))
_split, watched = _order.split([1500, len(_order) - 1500])
_split = _split[torch.randperm(len(_split), generator=Generator().manual_seed(SEED))]
test, source, spare = _split.split([500, 800, 200])


def digit_network(outputs: int = 10) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, outputs)
    )


def first_of_each(places: Tensor, number: int) -> Tensor:
    """The first so many places of every digit that occurs among `places`."""
    return torch.cat([places[labels[places] == digit][:number] for digit in labels[places].unique()])
