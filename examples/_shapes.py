"""The shapes of what is drawn: twenty-four kinds of object, and nine species of flower.

An object is a function. It takes two tensors of shape (pictures, height, width) with the coordinates of
every pixel, x to the right and y upward, and a tensor `vary` of shape (pictures, 1, 1) from 0 to 1 by
which two drawings of one kind differ. It answers with the distance to the outline, negative inside; the
objects reach from about -0.9 to 0.9. Shapes join with `minimum` and are cut out of one another with
`maximum`, as in constructive solid geometry.

A flower is a row of numbers: how many petals it has, and which form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

Shape = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Species:
    """A flower seen from above. Lengths are shares of the flower's radius."""

    petals: tuple[int, int]  # fewest and most
    width: float  # half of the widest place of a petal
    base: float  # how slowly a petal widens from its base
    tip: float  # below 0.5 the tip is blunt, at 1 it is pointed
    disc: float  # radius of the middle
    notch: float = 0.0  # how deep the tip is cut in
    twist: float = 0.0  # how far petals lean to one side, like a pinwheel
    rows: int = 1  # rings of petals
    trumpet: bool = False  # a collar that stands around the middle


SPECIES = {
    "daisy": Species(petals=(12, 15), width=0.10, base=0.35, tip=0.25, disc=0.24),
    "sunflower": Species(petals=(13, 16), width=0.12, base=0.5, tip=0.9, disc=0.44, rows=2),
    "buttercup": Species(petals=(5, 5), width=0.40, base=0.75, tip=0.4, disc=0.2),
    "dog rose": Species(petals=(5, 5), width=0.38, base=0.9, tip=0.3, disc=0.2, notch=0.3),
    "periwinkle": Species(petals=(5, 5), width=0.33, base=0.9, tip=0.3, disc=0.11, twist=0.6),
    "poppy": Species(petals=(4, 4), width=0.56, base=0.6, tip=0.35, disc=0.2),
    "lily": Species(petals=(6, 6), width=0.20, base=0.7, tip=0.95, disc=0.1),
    "daffodil": Species(petals=(6, 6), width=0.29, base=0.7, tip=0.7, disc=0.18, trumpet=True),
    "clematis": Species(petals=(8, 8), width=0.21, base=0.8, tip=0.75, disc=0.15),
}


def ball(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return disc(x, y, 0.65 + 0.15 * vary)


def ring(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return (torch.hypot(x, y) - 0.62).abs() - 0.1 - 0.12 * vary


def crate(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return box(x, y, 0.7, 0.45 + 0.25 * vary)


def triangle(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return polygon(x, y, 3, 0.36 + 0.08 * vary)


def nut(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return torch.maximum(polygon(x, y, 6, 0.7), -disc(x, y, 0.28 + 0.14 * vary))


def star(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    along, across = folded(x, y, torch.tensor(5.0))
    inner = 0.32 + 0.12 * vary
    edge_x, edge_y = inner * 0.809 - 0.9, inner * 0.588  # from the point to the notch beside it
    return ((along - 0.9) * edge_y - across.abs() * edge_x) / torch.hypot(edge_x, edge_y)


def gear(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    teeth = (8 + 4 * vary).round()
    toothed = torch.hypot(x, y) - 0.68 - 0.12 * torch.tanh(5 * torch.cos(teeth * torch.atan2(y, x)))
    return torch.maximum(toothed, -disc(x, y, 0.25))


def wheel(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    along, across = folded(x, y, (5 + 3 * vary).round())
    spokes = torch.maximum(across.abs() - 0.05, along - 0.75)
    rim = (torch.hypot(x, y) - 0.74).abs() - 0.1
    return torch.minimum(torch.minimum(rim, spokes), disc(x, y, 0.2))


def cross(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    arm = 0.16 + 0.12 * vary
    return torch.minimum(box(x, y, 0.8, arm), box(x, y, arm, 0.8))


def moon(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return torch.maximum(disc(x, y, 0.8), -disc(x - 0.3 - 0.2 * vary, y, 0.68))


def heart(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    lifted = 1.15 * y - (0.5 + 0.15 * vary) * (x.abs() + 0.01).sqrt() + 0.25
    return torch.hypot(x, lifted) - 0.75


def arrow(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    head = torch.maximum(x.abs() - 0.75 * (0.85 - y), 0.15 - y)
    return torch.minimum(head, box(x, y + 0.3, 0.12 + 0.1 * vary, 0.55))


def pencil(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    sides = x.abs() - (0.13 + 0.08 * vary) * ((0.9 - y) / 0.4).clamp(0, 1)
    return torch.maximum(sides, y.abs() - 0.9)


def ladder(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    width = 0.3 + 0.15 * vary
    rails = (x.abs() - width).abs() - 0.07
    rungs = torch.maximum((torch.remainder(y, 0.36) - 0.18).abs() - 0.06, x.abs() - width)
    return torch.maximum(torch.minimum(rails, rungs), y.abs() - 0.88)


def chessboard(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    waves = 5 + 2 * vary
    return torch.maximum(box(x, y, 0.75, 0.75), 0.15 * torch.sin(waves * x) * torch.sin(waves * y))


def target(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    distance = torch.hypot(x, y)
    return torch.maximum(distance - 0.82, -0.07 * torch.cos(distance * (14 + 4 * vary)))


def bolt(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    thick = 0.1 + 0.06 * vary
    upper = stroke(x, y, (0.22, 0.8), (-0.28, 0.0), thick)
    middle = stroke(x, y, (-0.28, 0.0), (0.28, 0.08), thick)
    lower = stroke(x, y, (0.28, 0.08), (-0.22, -0.8), thick)
    return torch.minimum(torch.minimum(upper, middle), lower)


def key(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    bow = (torch.hypot(x, y - 0.52) - 0.26).abs() - 0.09
    blade = box(x, y + 0.3, 0.08, 0.58)
    teeth = torch.minimum(box(x - 0.2, y + 0.8, 0.2, 0.08), box(x - 0.15, y + 0.4 + 0.2 * vary, 0.15, 0.08))
    return torch.minimum(torch.minimum(bow, blade), teeth)


def mug(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    cup = box(x + 0.2, y, 0.48, 0.55 + 0.15 * vary)
    handle = torch.maximum((torch.hypot(x - 0.3, y) - 0.36).abs() - 0.09, 0.28 - x)
    return torch.minimum(cup, handle)


def house(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    walls = torch.maximum(box(x, y + 0.35, 0.6, 0.45), -box(x - 0.15, y + 0.5, 0.15, 0.3))
    roof = torch.maximum(x.abs() - 1.1 * (0.65 + 0.25 * vary - y), 0.1 - y)
    return torch.minimum(walls, roof)


def fish(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    body = torch.hypot(0.75 * (x + 0.2), y * (1.5 - 0.4 * vary)) - 0.48
    tail = torch.maximum(y.abs() - 0.9 * (x - 0.3), x - 0.88)
    return torch.minimum(body, tail)


def drop(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    round_end = disc(x, y + 0.3, 0.5)
    point = torch.maximum(x.abs() - (0.42 + 0.06 * vary) * (0.9 - y), -0.2 - y)
    return torch.minimum(round_end, point)


def spiral(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    gap = 0.38 + 0.08 * vary
    distance = torch.hypot(x, y)
    turned = distance - torch.atan2(y, x) * gap / (2 * pi)
    return torch.maximum((torch.remainder(turned, gap) - gap / 2).abs() - 0.08, distance - 0.88)


def hourglass(x: Tensor, y: Tensor, vary: Tensor) -> Tensor:
    return torch.maximum(x.abs() - 0.05 - (0.55 + 0.2 * vary) * y.abs(), y.abs() - 0.8)


OBJECTS: dict[str, Shape] = {
    shape.__name__: shape
    for shape in (
        *(arrow, ball, bolt, chessboard, crate, cross, drop, fish),
        *(gear, heart, hourglass, house, key, ladder, moon, mug),
        *(nut, pencil, ring, spiral, star, target, triangle, wheel),
    )
}


def petal_outline(kind: Species, along: Tensor, across: Tensor) -> Tensor:
    """How far a pixel lies inside a petal that points along the axis: positive inside, in flower radii."""
    reach = along + kind.notch * torch.exp(-((across / 0.12) ** 2)) * along
    share = reach.clamp(1e-3, 1)
    widest = kind.base / (kind.base + kind.tip)
    peak = widest**kind.base * (1 - widest) ** kind.tip
    width = kind.width * share**kind.base * (1 - share) ** kind.tip / peak
    beyond = (reach - 1).clamp(0)
    return width - torch.hypot(across, beyond) - beyond


def folded(x: Tensor, y: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
    """Turn every pixel into one of `times` equal sectors: the way along its axis, and across it."""
    sector = 2 * pi / times
    angle = torch.remainder(torch.atan2(y, x) + sector / 2, sector) - sector / 2
    distance = torch.hypot(x, y)
    return distance * torch.cos(angle), distance * torch.sin(angle)


def disc(x: Tensor, y: Tensor, radius: Tensor | float) -> Tensor:
    return torch.hypot(x, y) - radius


def box(x: Tensor, y: Tensor, half_width: Tensor | float, half_height: Tensor | float) -> Tensor:
    return torch.maximum(x.abs() - half_width, y.abs() - half_height)


def polygon(x: Tensor, y: Tensor, corners: int, inner_radius: Tensor | float) -> Tensor:
    return folded(x, y, torch.tensor(float(corners)))[0] - inner_radius


def stroke(x: Tensor, y: Tensor, start: tuple, end: tuple, thick: Tensor | float) -> Tensor:
    """A line with round ends; start and end are (x, y), numbers or tensors of shape (pictures, 1, 1)."""
    (from_x, from_y), (to_x, to_y) = start, end
    way_x, way_y = to_x - from_x, to_y - from_y
    share = ((x - from_x) * way_x + (y - from_y) * way_y) / (way_x**2 + way_y**2 + 1e-6)
    share = share.clamp(0, 1)
    return torch.hypot(x - from_x - share * way_x, y - from_y - share * way_y) - thick
