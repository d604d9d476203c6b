"""Poles on carts, policies that learn to balance them, and a count of the tries that this takes.

The world is gymnasium's CartPole-v1 (MIT license), after Barto, Sutton and Anderson (1983): push the cart left
or right fifty times a second so that the pole on it does not fall. An episode is one try. It ends when the
pole leans more than 12 degrees, when the cart leaves the track, or after 500 pushes.

The policies of all seeds play at the same time, each on its own cart. A step is so little arithmetic that most
of its time is Python's overhead, so one step moves all carts, in arrays with one row for each policy. No row
uses numbers from another row: each policy has its own weights, its own optimizer and its own random numbers.

gymnasium has such a step, too, but it draws the starts of all carts from one random number generator and
cannot leave out carts that have finished. Ours uses the same formulas; `tests/test_cartpole.py` compares them.
"""

import math
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import gymnasium
import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

SEEDS = [int(seed) for seed in os.environ.get("SEEDS", ",".join(map(str, range(20)))).split(",")]

LONGEST = 500  # pushes in one episode
WINDOW, GOAL, MOST = 20, 400, 600  # solved: a mean of 400 pushes over 20 episodes; given up after 600


class Cart(NamedTuple):
    """A pole of this half length (meters) and mass (kg) on a cart, and the force of a push (newtons)."""

    half_length: float = 0.5
    mass: float = 0.1
    force: float = 10.0


class Episode(NamedTuple):
    """What the policy saw before each push (pushes, 4), which way it pushed (0 or 1), and how it ended."""

    observations: Tensor
    actions: Tensor
    fell: bool


def untrained_policy(seed: int) -> nn.Sequential:
    """Four numbers in (position, speed, angle, angular speed), one out: how strongly to push to the right."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))


def train(policies: list[nn.Sequential], cart: Cart, *, seeds: list[int]) -> list[list[int]]:
    """Train each policy until it has solved `cart`; return the lengths of its episodes, in pushes.

    This is REINFORCE (Williams, 1992): after an episode, pushes that were followed by a better time than
    usual become likelier, the others less likely.
    """
    optimizers = [torch.optim.Adam(policy.parameters(), lr=0.01) for policy in policies]
    lengths: list[list[int]] = [[] for _ in policies]
    recent: list[list[Tensor]] = [[] for _ in policies]

    def learn(row: int, episode: Episode) -> bool:
        lengths[row].append(len(episode.actions))
        recent[row] = [*recent[row][-9:], returns(episode)]
        usual = torch.cat(recent[row])
        advantage = (recent[row][-1] - usual.mean()) / (usual.std() + 0.01)
        score = policies[row](episode.observations)[:, 0]
        loss = functional.binary_cross_entropy_with_logits(score, episode.actions, reduction="none")
        optimizers[row].zero_grad()
        (loss * advantage).mean().backward()
        optimizers[row].step()
        return len(lengths[row]) < MOST and not solved(lengths[row])

    play(policies, cart, seeds=seeds, after_episode=learn)
    return lengths


def evaluate(
    policies: list[nn.Sequential], cart: Cart, *, seeds: list[int], episodes: int = 20
) -> list[float]:
    """The mean number of pushes for which each policy keeps the pole up, while nothing is learned."""
    lengths: list[list[int]] = [[] for _ in policies]

    def note(row: int, episode: Episode) -> bool:
        lengths[row].append(len(episode.actions))
        return len(lengths[row]) < episodes

    play(policies, cart, seeds=seeds, after_episode=note)
    return [sum(row) / episodes for row in lengths]


def returns(episode: Episode) -> Tensor:
    """How good things were after each push: 1 is safe, 0 is about to fall.

    This is the discounted return, for a discount factor of 0.99 and a reward of 0.01 a push. An episode that
    ends because its time is over has no fall in it, and is safe throughout.
    """
    pushes = len(episode.actions)
    left = torch.arange(pushes, 0, -1)
    return 1 - 0.99**left if episode.fell else torch.ones(pushes)


def solved(lengths: list[int]) -> bool:
    return len(lengths) >= WINDOW and sum(lengths[-WINDOW:]) / WINDOW >= GOAL


def smoothed(lengths: list[int]) -> list[float]:
    """After each episode, the mean of the last 20 (of fewer, at the beginning)."""
    windows = (lengths[max(0, end - WINDOW) : end] for end in range(1, len(lengths) + 1))
    return [sum(window) / len(window) for window in windows]


def mean_and_range(numbers: list[float]) -> str:
    return f"{sum(numbers) / len(numbers):.0f} ({min(numbers):.0f} to {max(numbers):.0f})"


def play(
    policies: list[nn.Sequential],
    cart: Cart,
    *,
    seeds: list[int],
    after_episode: Callable[[int, Episode], bool],
) -> None:
    """Let each policy play one episode after another on its own cart.

    `after_episode(row, episode)` tells whether the policy in this row continues to play. The seed of a row
    determines where its episodes start and which of its pushes go to the right.
    """
    batch = Batch(policies, cart, seeds)
    while len(batch.rows):
        stopped = []
        for index, episode in batch.step():
            if after_episode(batch.rows[index], episode):
                batch.restart(index)
            else:
                stopped.append(index)
        if stopped:
            batch.remove(stopped)


class Batch:
    """Policies and carts that take each step together.

    `rows` lists the policies that are still playing. The records of the episodes have a row for every policy;
    the weights and the states have one only for those in `rows`, so a policy that has stopped costs no time.
    """

    def __init__(self, policies: list[nn.Sequential], cart: Cart, seeds: list[int]) -> None:
        self.policies, self.cart = policies, cart
        self.generators = [Generator().manual_seed(seed) for seed in seeds]
        self.starts = [starting_states(seed) for seed in seeds]
        self.draws = np.stack([uniform_draws(generator) for generator in self.generators])
        self.observations = np.zeros((len(policies), LONGEST, 4), dtype=np.float32)
        self.actions = np.zeros((len(policies), LONGEST), dtype=np.float32)
        self.states = np.stack([next(starts) for starts in self.starts], axis=1)
        self.pushes = np.zeros(len(policies), dtype=int)
        self.rows = np.arange(len(policies))
        self.weights = stack_weights(policies)

    def step(self) -> list[tuple[int, Episode]]:
        """Push every cart once; return the episodes that ended with this push.

        The policy gives a probability of pushing to the right, and a random number decides.
        """
        now = self.rows, self.pushes
        observations = self.states.T.astype(np.float32)
        actions = self.draws[now] < probability_of_right(self.weights, observations)
        self.observations[now], self.actions[now] = observations, actions
        self.states, fell = move(self.cart, self.states, actions)
        self.pushes = self.pushes + 1
        ended = np.flatnonzero(fell | (self.pushes == LONGEST))
        return [(index, self.episode(index, fell=bool(fell[index]))) for index in ended]

    def episode(self, index: int, *, fell: bool) -> Episode:
        row, pushes = self.rows[index], self.pushes[index]
        observations, actions = self.observations[row, :pushes], self.actions[row, :pushes]
        return Episode(torch.tensor(observations), torch.tensor(actions), fell)

    def restart(self, index: int) -> None:
        row = self.rows[index]
        self.draws[row] = uniform_draws(self.generators[row])
        self.states[:, index] = next(self.starts[row])
        self.pushes[index] = 0

    def remove(self, indices: list[int]) -> None:
        self.states = np.delete(self.states, indices, axis=1)
        self.pushes = np.delete(self.pushes, indices)
        self.rows = np.delete(self.rows, indices)
        self.weights = stack_weights([self.policies[row] for row in self.rows])


def move(cart: Cart, states: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The states (4, carts) a fiftieth of a second after each cart is pushed to the right or to the left.

    The second array says whose pole has fallen or whose cart has left the track.
    """
    _, speed, angle, angular_speed = states
    sine, cosine = np.sin(angle), np.cos(angle)
    total_mass, moment = 1.0 + cart.mass, cart.mass * cart.half_length
    force = np.where(right, cart.force, -cart.force)
    push = (force + moment * np.square(angular_speed) * sine) / total_mass
    inertia = cart.half_length * (4 / 3 - cart.mass * np.square(cosine) / total_mass)
    angular_acceleration = (9.8 * sine - cosine * push) / inertia
    acceleration = push - moment * angular_acceleration * cosine / total_mass
    moved = states + 0.02 * np.array([speed, acceleration, angular_speed, angular_acceleration])
    return moved, (np.abs(moved[0]) > 2.4) | (np.abs(moved[2]) > math.radians(12))


def starting_states(seed: int) -> Iterator[np.ndarray]:
    """Where the episodes of a CartPole-v1 with this seed start: nearly upright, and nearly at rest."""
    world = gymnasium.make("CartPole-v1").unwrapped
    world.reset(seed=seed)
    while True:
        world.reset()
        yield world.state


def uniform_draws(generator: Generator) -> np.ndarray:
    """A random number from 0 to 1 for each push of an episode."""
    return torch.rand(LONGEST, generator=generator).numpy()


@torch.no_grad()
def stack_weights(policies: list[nn.Sequential]) -> list[Tensor]:
    """The parameters of all policies in four tensors; the first is (policies, 32, 4).

    The parameters of each policy become views of its rows in these tensors, so that training the policy
    changes the tensors, too.
    """
    stacks = []
    for parameters in zip(*(policy.parameters() for policy in policies)):
        stack = torch.stack(parameters)
        for parameter, row in zip(parameters, stack):
            parameter.data = row
        stacks.append(stack if stack.dim() == 3 else stack[:, :, None])
    return stacks


@torch.inference_mode()
def probability_of_right(stacks: list[Tensor], observations: np.ndarray) -> np.ndarray:
    """How likely each policy is to push to the right, given what it sees."""
    weight, bias, last_weight, last_bias = stacks
    hidden = torch.baddbmm(bias, weight, torch.from_numpy(observations)[:, :, None]).tanh_()
    return torch.baddbmm(last_bias, last_weight, hidden).sigmoid_().numpy()[:, 0, 0]
