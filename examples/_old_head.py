"""The old task of the pre-trained backbone: objects, with a head that is trained once on the untouched backbone."""

from dataclasses import dataclass
from functools import cache

import torch
from _drawing import OBJECTS, draw_objects
from _flowers import Pictures, features, pretrained_network
from _paired import right_answers
from _training import SEED, fit, shuffled
from torch import Generator, Tensor, nn

kinds = list(OBJECTS)


@dataclass(frozen=True)
class OldTask:
    """The head, and objects that it was not trained on: pictures of shape (n, 3, height, width), labels of shape (n,)."""

    head: nn.Linear
    objects: Tensor
    labels: Tensor

    def still_known(self, network: nn.Module) -> Tensor:
        """For each object, whether this network's backbone classifies it correctly under the old head."""
        return right_answers(nn.Sequential(network.backbone, self.head), self.objects, self.labels)

    def answers(self, network: nn.Module) -> Tensor:
        """The kind that this network's backbone gives each object under the old head."""
        return features(nn.Sequential(network.backbone, self.head), self.objects).argmax(dim=1)


@cache
def old_task() -> OldTask:
    """The head is trained on objects that are not in the test. Both depend on the seed of the run."""
    pictures, labels = object_pictures(60, lot_number=3777 + 10_000 * SEED)
    objects, object_labels = object_pictures(40, lot_number=3056 + 10_000 * SEED)
    seen = features(pretrained_network().backbone, pictures)
    torch.manual_seed(SEED)
    head = nn.Linear(seen.shape[1], len(kinds))
    fit(head, shuffled(seen, labels, batch=128), steps=1500, rate=0.02)
    return OldTask(head, objects, object_labels)


def object_pictures(each: int, lot_number: int) -> Pictures:
    """So many new pictures of every kind of object, and their labels."""
    labels = torch.arange(len(kinds)).repeat(each)
    return draw_objects(labels, Generator().manual_seed(lot_number)), labels
