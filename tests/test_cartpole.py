"""The carts in `examples/_cartpole.py` move exactly like gymnasium's, and policies do not affect each other."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from glossaries import REPOSITORY

torch = pytest.importorskip("torch")
gymnasium = pytest.importorskip("gymnasium")
np = pytest.importorskip("numpy")

CARTS = {
    "ordinary": {},
    "longer": {"half_length": 2.0},
    "heavier": {"mass": 2.0},
    "rewired": {"force": -10.0},
    "all changed": {"half_length": 0.7, "mass": 0.3, "force": 7.0},
}


@pytest.fixture(scope="module")
def cartpole() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(REPOSITORY / "examples"))
        patched.delenv("SEEDS", raising=False)
        yield importlib.import_module("_cartpole")


def gymnasium_world(cart: Any) -> Any:
    """gymnasium's environment with the physics of `cart`. Two of its precomputed sums depend on these numbers."""
    world = gymnasium.make("CartPole-v1")
    physics = world.unwrapped
    physics.length, physics.masspole, physics.force_mag = cart
    physics.total_mass = physics.masscart + cart.mass
    physics.polemass_length = cart.mass * cart.half_length
    return world


def skilled_policy() -> Any:
    """A policy without uncertainty: it always pushes toward the side to which the pole is falling."""
    policy = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.zero_()
        policy[0].weight[0] = torch.tensor([0.02, 0.1, 1.0, 0.3])
        policy[2].weight[0, 0] = 1e6
    return policy


@pytest.mark.parametrize("change", CARTS)
def test_a_step_is_that_of_gymnasium(cartpole: ModuleType, change: str) -> None:
    cart = cartpole.Cart(**CARTS[change])
    physics = gymnasium_world(cart).unwrapped
    random = np.random.default_rng(0)
    states = random.uniform(-1, 1, (4, 300)) * np.array([[2.45], [3.0], [0.22], [3.0]])
    right = random.random(300) < 0.5
    moved, fell = cartpole.move(cart, states, right)
    for index in range(300):
        physics.reset()
        physics.state = states[:, index]
        _, _, terminated, _, _ = physics.step(int(right[index]))
        assert physics.state == pytest.approx(moved[:, index], rel=1e-12, abs=1e-15)
        assert terminated == fell[index]
    assert 0 < fell.sum() < 300


@pytest.mark.parametrize("change", CARTS)
def test_an_episode_is_that_of_gymnasium(cartpole: ModuleType, change: str) -> None:
    cart = cartpole.Cart(**CARTS[change])
    episodes: dict[int, list[Any]] = {0: [], 1: []}

    def three(row: int, episode: Any) -> bool:
        episodes[row].append(episode)
        return len(episodes[row]) < 3

    cartpole.play([skilled_policy(), cartpole.untrained_policy(0)], cart, seeds=[5, 6], after_episode=three)
    for row, seed in enumerate((5, 6)):
        world = gymnasium_world(cart)
        world.reset(seed=seed)
        for episode in episodes[row]:
            observation, _ = world.reset()
            for seen, action in zip(episode.observations, episode.actions, strict=True):
                assert observation == pytest.approx(seen.numpy(), rel=1e-6, abs=1e-7)
                observation, _, terminated, truncated, _ = world.step(int(action))
            assert (terminated or truncated, terminated) == (True, episode.fell)
    if change != "rewired":
        assert [(len(episode.actions), episode.fell) for episode in episodes[0]] == [(500, False)] * 3


def test_training_a_policy_does_not_depend_on_the_others(
    cartpole: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cartpole, "MOST", 30)
    monkeypatch.setattr(cartpole, "WINDOW", 3)
    monkeypatch.setattr(cartpole, "GOAL", 30)
    seeds = [3, 8, 5, 11]
    together = [cartpole.untrained_policy(seed) for seed in seeds]
    lengths = cartpole.train(together, cartpole.Cart(), seeds=seeds)
    assert len({len(of_one) for of_one in lengths}) > 1
    for seed, policy, expected in zip(seeds, together, lengths, strict=True):
        alone = cartpole.untrained_policy(seed)
        assert cartpole.train([alone], cartpole.Cart(), seeds=[seed]) == [expected]
        for mine, theirs in zip(alone.parameters(), policy.parameters(), strict=True):
            assert torch.allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_evaluating_does_not_depend_on_the_others_and_trains_nothing(cartpole: ModuleType) -> None:
    policies = [skilled_policy(), cartpole.untrained_policy(0), cartpole.untrained_policy(1)]
    before = [parameter.detach().clone() for policy in policies for parameter in policy.parameters()]
    pushes = cartpole.evaluate(policies, cartpole.Cart(), seeds=[1, 2, 3], episodes=4)
    assert pushes == [
        cartpole.evaluate([policy], cartpole.Cart(), seeds=[seed], episodes=4)[0]
        for policy, seed in zip(policies, (1, 2, 3), strict=True)
    ]
    assert pushes[0] == 500 > pushes[1]
    after = [parameter for policy in policies for parameter in policy.parameters()]
    assert all(map(torch.equal, before, after))
