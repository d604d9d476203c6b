"""Two classifiers on the same test cases: how far apart they are, and how uncertain that is.

Both usually get the easy cases right and the hardest ones wrong, so only the cases in which they differ tell
them apart. That is why the answers to each case are kept, and why the two accuracies are not treated as if they
came from different tests. The interval says what other test cases of the same kind might have shown. It does not
say what other training pictures might have shown: for that, compare the repeats.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from scipy.stats import bootstrap
from torch import Tensor, nn

Right = Mapping[str, Tensor | np.ndarray]  # for each classifier, whether it was right about each case


@torch.inference_mode()
def right_answers(model: nn.Module, inputs: Tensor, answers: Tensor) -> Tensor:
    """Whether the highest score is that of the right class, for each case."""
    model.eval()
    said = torch.cat([model(some).argmax(dim=1) for some in inputs.split(256)])
    return said == answers


def share_right(right: Tensor) -> float:
    """The share of right answers, from 0 to 1."""
    return int(right.sum()) / len(right)


def compared(right: Right, pairs: Iterable[str], *, at_once: int = 1) -> dict[str, dict[str, float]]:
    """For each pair, such as "finetuned_vs_scratch", the lead of the first and its 95% interval."""
    return {pair: lead(*(right[name] for name in pair.split("_vs_")), at_once=at_once) for pair in pairs}


def lead(first: Tensor | np.ndarray, second: Tensor | np.ndarray, *, at_once: int = 1) -> dict[str, float]:
    """How much more often the first is right, and the interval of a bootstrap over the cases (Efron, 1979).

    If cases belong together, such as two sentences that differ in a word, `at_once` says how many in a row do.
    They are then drawn together.
    """
    apart = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    apart = apart.reshape(-1, at_once).mean(axis=1)
    found = bootstrap((apart,), np.mean, n_resamples=9999, method="percentile", batch=1000, rng=0)
    low, high = found.confidence_interval
    return {"lead": float(apart.mean()), "low": float(low), "high": float(high)}


def as_text(right: Tensor | np.ndarray) -> str:
    """A 1 for each right answer and a 0 for each wrong one."""
    return "".join("01"[int(one)] for one in right)


def from_text(text: str) -> Tensor:
    return torch.tensor([digit == "1" for digit in text])


def write_answers(name: str, right: Right) -> None:
    """Keep who was right about which case, so that anyone can make another comparison."""
    Path(name).write_text(json.dumps({who: as_text(one) for who, one in right.items()}, indent=1))
