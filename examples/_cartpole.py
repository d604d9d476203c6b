"""A pole on a cart, a policy that learns to hold it up, and a count of how many tries that took.

The world is gymnasium's CartPole-v1 (MIT license), after Barto, Sutton and Anderson (1983): push the cart left
or right fifty times a second so that the pole on it does not fall. An episode is one try. It ends when the
pole leans more than 12 degrees, when the cart leaves the track, or after 500 pushes.
"""

from typing import NamedTuple

import gymnasium
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

LONGEST = 500  # pushes in one episode
WINDOW, GOAL, MOST = 20, 400, 600  # solved: a mean of 400 pushes over 20 episodes; given up after 600


class Episode(NamedTuple):
    """What the policy saw before each push (pushes, 4), which way it pushed (0 or 1), and how it ended."""

    seen: Tensor
    pushed: Tensor
    fell: bool


def cart_and_pole(*, half_length: float = 0.5, mass: float = 0.1, force: float = 10.0) -> gymnasium.Env:
    """The world with a pole of this half length (meters) and mass (kg), and this push (newtons).

    The world keeps two sums of these numbers from its beginning. Whoever changes only the numbers
    themselves changes half of the physics.
    """
    world = gymnasium.make("CartPole-v1", disable_env_checker=True)
    physics = world.unwrapped
    physics.length, physics.masspole, physics.force_mag = half_length, mass, force
    physics.total_mass = physics.masscart + mass
    physics.polemass_length = mass * half_length
    return world


def untrained_policy(seed: int) -> nn.Sequential:
    """Four numbers in (place, speed, angle, turning speed), one out: how strongly to push to the right."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))


def practice(policy: nn.Sequential, world: gymnasium.Env, *, lot: int) -> list[int]:
    """Train `policy` until it has solved `world`; return how long each episode was, in pushes.

    This is REINFORCE (Williams, 1992): after an episode, pushes that were followed by a better time than
    usual become likelier, the others less likely. `lot` fixes the starts and the dice.
    """
    optimizer = torch.optim.Adam(policy.parameters(), lr=0.01)
    dice = Generator().manual_seed(lot)
    world.reset(seed=lot)
    lengths: list[int] = []
    recent: list[Tensor] = []
    while len(lengths) < MOST and not solved(lengths):
        episode = play(policy, world, dice)
        lengths.append(len(episode.pushed))
        recent = [*recent[-9:], worth(episode)]
        usual = torch.cat(recent)
        advantage = (recent[-1] - usual.mean()) / (usual.std() + 0.01)
        score = policy(episode.seen)[:, 0]
        surprise = functional.binary_cross_entropy_with_logits(score, episode.pushed, reduction="none")
        optimizer.zero_grad()
        (surprise * advantage).mean().backward()
        optimizer.step()
    return lengths


def balance(policy: nn.Sequential, world: gymnasium.Env, *, lot: int, episodes: int = 20) -> float:
    """How many pushes the pole stays up on average, while nothing is learned."""
    dice = Generator().manual_seed(lot)
    world.reset(seed=lot)
    return sum(len(play(policy, world, dice).pushed) for _ in range(episodes)) / episodes


def solved(lengths: list[int]) -> bool:
    return len(lengths) >= WINDOW and sum(lengths[-WINDOW:]) / WINDOW >= GOAL


def smoothed(lengths: list[int]) -> list[float]:
    """After each episode, the mean of the last 20 (of fewer, at the beginning)."""
    windows = (lengths[max(0, end - WINDOW) : end] for end in range(1, len(lengths) + 1))
    return [sum(window) / len(window) for window in windows]


@torch.no_grad()
def play(policy: nn.Sequential, world: gymnasium.Env, dice: Generator) -> Episode:
    """One episode. The policy gives a chance of pushing to the right, and the dice decide."""
    throws = torch.rand(LONGEST, generator=dice).tolist()
    sight, _ = world.reset()
    seen, pushed, fell, late = [], [], False, False
    while not (fell or late):
        seen.append(torch.from_numpy(sight))
        pushed.append(int(throws[len(pushed)] < torch.sigmoid(policy(seen[-1])).item()))
        sight, _, fell, late, _ = world.step(pushed[-1])
    return Episode(torch.stack(seen), torch.tensor(pushed, dtype=torch.float32), fell)


def worth(episode: Episode) -> Tensor:
    """How good things were after each push: 1 is safe, 0 is about to fall.

    An episode that ends because its time is over has no fall in it, and is safe throughout.
    """
    pushes = len(episode.pushed)
    left = torch.arange(pushes, 0, -1)
    return 1 - 0.99**left if episode.fell else torch.ones(pushes)
