"""The checks in `examples/_state.py` fail if the wrong tensors of a network changed, and the intervals in
`examples/_paired.py` belong to the difference on the same cases.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from glossaries import REPOSITORY

torch = pytest.importorskip("torch")

TRAINED = ("backbone.block5", "head")
Network = Any


@pytest.fixture(scope="module")
def examples() -> Iterator[dict[str, ModuleType]]:
    pytest.importorskip("matplotlib")
    pytest.importorskip("safetensors")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(REPOSITORY / "examples"))
        patched.delenv("SEED", raising=False)
        yield {name: importlib.import_module(name) for name in ("_state", "_training", "_flowers")}


@pytest.fixture
def network(examples: dict[str, ModuleType]) -> Network:
    """The network of the flower examples, with everything frozen but the last block and the head."""
    torch.manual_seed(0)
    network = examples["_training"].small_network(9)
    network.backbone.requires_grad_(False)
    network.backbone.block5.requires_grad_(True)
    return network


def train_right(network: Network, examples: dict[str, ModuleType]) -> None:
    step(network, examples["_training"].prepare)


def step(network: Network, prepare: Callable[[Network], object]) -> None:
    """One step with random pictures, after `prepare`."""
    torch.manual_seed(1)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.01)
    prepare(network)
    loss = torch.nn.functional.cross_entropy(network(torch.rand(8, 3, 64, 64)), torch.arange(8))
    loss.backward()
    optimizer.step()


def plain_train_mode(network: Network, examples: dict[str, ModuleType]) -> None:
    step(network, lambda network: network.train())


def wrong_layer_released(network: Network, examples: dict[str, ModuleType]) -> None:
    network.backbone.block1.requires_grad_(True)
    train_right(network, examples)


def last_block_still_frozen(network: Network, examples: dict[str, ModuleType]) -> None:
    network.backbone.block5.requires_grad_(False)
    train_right(network, examples)


def first_block_instead_of_the_last(network: Network, examples: dict[str, ModuleType]) -> None:
    network.backbone.block5.requires_grad_(False)
    network.backbone.block1.requires_grad_(True)
    train_right(network, examples)


def nothing(network: Network, examples: dict[str, ModuleType]) -> None:
    pass


def one_average_moved(network: Network, examples: dict[str, ModuleType]) -> None:
    train_right(network, examples)
    network.backbone.block2.norm.running_mean[3] += 1e-6


def new_buffer(network: Network, examples: dict[str, ModuleType]) -> None:
    train_right(network, examples)
    network.backbone.block2.register_buffer("seen", torch.zeros(1))


def surprises(network: Network, examples: dict[str, ModuleType], train: Callable[..., None]) -> set[str]:
    state = examples["_state"]
    before = state.state_of(network)
    train(network, examples)
    names: set[str] = state.surprises(before, state.state_of(network), TRAINED)
    return names


def test_training_the_last_block_and_the_head_is_no_surprise(
    network: Network, examples: dict[str, ModuleType]
) -> None:
    assert surprises(network, examples, train_right) == set()


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        (plain_train_mode, "backbone.block1.norm.running_var"),
        (wrong_layer_released, "backbone.block1.conv.weight"),
        (last_block_still_frozen, "backbone.block5.conv.weight"),
        (first_block_instead_of_the_last, "backbone.block5.norm.running_mean"),
        (nothing, "head.weight"),
        (one_average_moved, "backbone.block2.norm.running_mean"),
        (new_buffer, "backbone.block2.seen"),
    ],
)
def test_each_mistake_is_found(
    network: Network, examples: dict[str, ModuleType], mistake: Callable[..., None], found: str
) -> None:
    assert found in surprises(network, examples, mistake)


def test_frozen_layers_computed_once_give_the_same_training(
    network: Network, examples: dict[str, ModuleType]
) -> None:
    flowers, training = examples["_flowers"], examples["_training"]
    pictures, answers = torch.rand(5, 3, 64, 64), torch.arange(5)
    frozen, trained = flowers.frozen_and_trained(network.eval())
    assert [len(frozen), len(trained)] == [4, 3]
    torch.manual_seed(2)
    seen, answers_once = next(flowers.turned_batches((pictures, answers), frozen))
    torch.manual_seed(2)
    shown, answers_each_time = next(flowers.turned_batches((pictures, answers), torch.nn.Sequential()))
    assert answers_once.equal(answers_each_time)
    training.prepare(network)
    assert torch.allclose(trained(seen), network(shown), atol=1e-5)


def test_eight_ways_to_turn_a_picture_differ(examples: dict[str, ModuleType]) -> None:
    picture = torch.rand(1, 3, 6, 6)
    ways = [examples["_flowers"].turned(picture, way) for way in range(8)]
    assert len({tuple(way.flatten().tolist()) for way in ways}) == 8


def test_interval_of_a_difference_on_the_same_cases() -> None:
    """The second is wrong about everything that the first is wrong about, and about ten cases more."""
    pytest.importorskip("scipy")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(REPOSITORY / "examples"))
        paired = importlib.import_module("_paired")
    right = {"good": paired.from_text("1" * 60 + "0" * 40), "bad": paired.from_text("1" * 50 + "0" * 50)}
    found = paired.compared(right, ["good_vs_bad", "bad_vs_good"])
    low, high = found["good_vs_bad"]["low"], found["good_vs_bad"]["high"]
    assert found["good_vs_bad"]["lead"] == pytest.approx(0.10)
    # Independent tests of a hundred cases each would give 0.10 ± 0.14.
    assert 0.03 <= low <= 0.06
    assert 0.14 <= high <= 0.17
    assert found["bad_vs_good"]["low"] == pytest.approx(-high, abs=0.015)
    twice = {name: one.repeat_interleave(2) for name, one in right.items()}
    together = paired.compared(twice, ["good_vs_bad"], at_once=2)["good_vs_bad"]
    assert together == found["good_vs_bad"], "each case twice is no new evidence"
    assert paired.as_text(right["good"]) == "1" * 60 + "0" * 40
