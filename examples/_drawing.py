"""A camera that never runs out of film: it draws pictures of objects and of flowers.

Every picture is new. Hue, texture, light, background, size, place, angle and clutter are drawn by lot, so
that color says nothing about the kind, and a network has to learn the shape. The lot is a
`torch.Generator`: the same generator gives the same pictures.
"""

from collections.abc import Callable
from math import pi

import torch
from _shapes import OBJECTS, SPECIES, Species, folded, petal_outline, stroke
from torch import Generator, Tensor
from torch.nn import functional

SIZE = 64  # pixels along a side


def draw_objects(labels: Tensor, lot: Generator, size: int = SIZE) -> Tensor:
    """Pictures of shape (len(labels), 3, size, size), red green blue from 0 to 1; labels count OBJECTS."""
    shapes = list(OBJECTS.values())
    return draw_each(labels, size, lambda kind, scene: paint_object(shapes[kind], scene), lot)


def draw_flowers(labels: Tensor, lot: Generator, size: int = SIZE) -> Tensor:
    """Pictures of shape (len(labels), 3, size, size), red green blue from 0 to 1; labels count SPECIES."""
    species = list(SPECIES.values())
    return draw_each(labels, size, lambda kind, scene: paint_flower(species[kind], scene), lot)


class Scene:
    """So many empty pictures of one size, and the lot that decides what they will look like."""

    def __init__(self, pictures: int, size: int, lot: Generator) -> None:
        self.pictures, self.size, self.lot = pictures, size, lot
        middle = (torch.arange(size) + 0.5) / size * 2 - 1
        self.x, self.y = middle.expand(pictures, size, size), -middle[:, None].expand(pictures, size, size)

    def between(self, low: float, high: float) -> Tensor:
        """One number for each picture: (pictures, 1, 1)."""
        return low + (high - low) * torch.rand(self.pictures, 1, 1, generator=self.lot)

    def color(self, pale: float, vivid: float, dark: float, bright: float) -> Tensor:
        """A color of any hue for each picture: (pictures, 3, 1, 1)."""
        hue, saturation, value = self.between(0, 1), self.between(pale, vivid), self.between(dark, bright)
        wheel = torch.remainder(hue + torch.tensor([0, 2 / 3, 1 / 3]).view(3, 1, 1)[None, :, 0], 1)
        pure = ((wheel * 6 - 3).abs() - 1).clamp(0, 1)
        return (value * (1 - saturation * (1 - pure)))[..., None]

    def clouds(self, cells: int) -> Tensor:
        """Soft noise around 0, about as coarse as a grid of `cells` by `cells`: (pictures, size, size)."""
        grid = torch.randn(self.pictures, 1, cells, cells, generator=self.lot)
        return functional.interpolate(grid, self.size, mode="bicubic", align_corners=True)[:, 0]

    def inside(self, distance: Tensor) -> Tensor:
        """1 inside an outline, 0 outside, and a soft edge about one pixel wide: (pictures, 1, h, w)."""
        return (0.5 - distance * self.size / 3).clamp(0, 1)[:, None]

    def placed(self, small: float, large: float) -> tuple[Tensor, Tensor]:
        """The coordinates of a thing that was moved, turned, tilted and sized by lot."""
        x, y = self.x - self.between(-0.2, 0.2), self.y - self.between(-0.2, 0.2)
        x, y = turned(x, y, self.between(0, 2 * pi))
        x, y = turned(x, y / self.between(0.65, 1), self.between(0, 2 * pi))
        scale = self.between(small, large)
        return x / scale, y / scale


def draw_each(labels: Tensor, size: int, paint: Callable[[int, Scene], Tensor], lot: Generator) -> Tensor:
    """Paint all pictures of one kind at once, and put each where its label stands."""
    pictures = torch.empty(len(labels), 3, size, size)
    for kind in labels.unique().tolist():
        places = (labels == kind).nonzero()[:, 0]
        pictures[places] = paint(kind, Scene(len(places), size, lot))
    return pictures.contiguous(memory_format=torch.channels_last)


def paint_object(shape: Callable[[Tensor, Tensor, Tensor], Tensor], scene: Scene) -> Tensor:
    picture = clutter(background(scene), scene, scene.color(0.1, 0.9, 0.1, 1.0))
    x, y = scene.placed(0.5, 0.85)
    distance = shape(x, y, scene.between(0, 1))
    light = 1 + 0.25 * lit(scene) + 0.06 * scene.clouds(9)[:, None]
    stripes = torch.sin(x * scene.between(4, 22) + scene.between(0, 6)) * scene.between(-0.3, 0.3).clamp(0)
    surface = scene.color(0.2, 1.0, 0.35, 1.0) * (light + stripes[:, None])
    picture = picture * (1 - 0.4 * shadow(distance, scene))
    picture = blend(picture, surface, scene.inside(distance))
    return developed(clutter(picture, scene, scene.color(0.1, 0.9, 0.1, 1.0), strokes=1), scene)


def paint_flower(kind: Species, scene: Scene) -> Tensor:
    picture = clutter(background(scene), scene, greens(scene))
    x, y = scene.placed(0.6, 0.9)
    petal_color, warmth = scene.color(0.25, 0.95, 0.6, 1.0), scene.color(0.3, 0.95, 0.3, 1.0)
    fewest, most = kind.petals
    petals = (scene.between(fewest - 0.49, most + 0.49)).round()
    for row in reversed(range(kind.rows)):
        length = 1 - 0.14 * (kind.rows - 1 - row)
        outline, shade = petal_ring(kind, x / length, y / length, petals, 0.5 * row, scene)
        picture = picture * (1 - 0.35 * shadow(-outline, scene))
        surface = petal_color * (shade - 0.18 * row)[:, None] * (1 + 0.15 * lit(scene))
        picture = blend(picture, surface, scene.inside(-outline))
    if kind.trumpet:
        picture = paint_trumpet(picture, x, y, petal_color, scene)
    picture = paint_disc(picture, kind.disc * scene.between(0.9, 1.1), x, y, warmth, scene)
    return developed(clutter(picture, scene, greens(scene), strokes=1), scene)


def petal_ring(
    kind: Species, x: Tensor, y: Tensor, petals: Tensor, shift: float, scene: Scene
) -> tuple[Tensor, Tensor]:
    """Where the petals are (positive inside), and how bright: darker at the base, the rim and the veins."""
    distance = torch.hypot(x, y)
    x, y = turned(x, y, shift * 2 * pi / petals + kind.twist * (distance - 0.5))
    sway = 0.05 * torch.sin(3 * torch.atan2(y, x) + scene.between(0, 6))
    along, across = folded(x * (1 + sway), y * (1 + sway), petals)
    lean = kind.twist * 0.45 * along * (1 - along)
    outline = petal_outline(kind, along, across - lean)
    veins = 0.05 * torch.cos(across * 55 / (0.3 + along))
    shade = 0.72 + 0.34 * along.clamp(0, 1) + veins - 0.3 * torch.exp(-outline.clamp(0) / 0.035)
    return outline, shade - 0.12 * (across / kind.width).clamp(-1, 1)


def paint_trumpet(picture: Tensor, x: Tensor, y: Tensor, color: Tensor, scene: Scene) -> Tensor:
    frill = 0.02 * torch.cos(14 * torch.atan2(y, x))
    outer = torch.hypot(x, y) - 0.38 - frill
    ripple = 0.85 + 0.15 * torch.cos(22 * torch.atan2(y, x)) + 1.2 * outer.clamp(-0.2, 0)
    picture = picture * (1 - 0.4 * shadow(outer, scene))
    return blend(picture, color * ripple[:, None] * 0.75, scene.inside(outer))


def paint_disc(picture: Tensor, radius: Tensor, x: Tensor, y: Tensor, color: Tensor, scene: Scene) -> Tensor:
    distance = torch.hypot(x, y) - radius
    grains = 0.85 + 0.2 * torch.cos(x * 45) * torch.cos(y * 45) - 1.2 * (distance + 0.12).clamp(0)
    picture = picture * (1 - 0.3 * shadow(distance, scene))
    return blend(picture, color * grains[:, None], scene.inside(distance))


def background(scene: Scene) -> Tensor:
    """Out-of-focus colors that run into one another."""
    near, far = scene.color(0.1, 0.8, 0.1, 0.7), greens(scene)
    mixed = torch.sigmoid(2 * scene.clouds(4) + 1.5 * scene.y * scene.between(-1, 1))[:, None]
    return (near * mixed + far * (1 - mixed)) * (1 + 0.08 * scene.clouds(10)[:, None])


def clutter(picture: Tensor, scene: Scene, color: Tensor, strokes: int = 3) -> Tensor:
    """Blades and twigs that have nothing to do with the kind; a single one may lie in front."""
    for _ in range(strokes):
        start = scene.between(-1.2, 1.2), scene.between(-1.2, 1.2)
        angle, length = scene.between(0, 2 * pi), scene.between(0.3, 1.4)
        end = start[0] + length * torch.cos(angle), start[1] + length * torch.sin(angle)
        blade = stroke(scene.x, scene.y, start, end, scene.between(-0.05, 0.09))
        picture = blend(picture, color * scene.between(0.6, 1.1)[..., None], scene.inside(blade))
    return picture


def greens(scene: Scene) -> Tensor:
    leaf = torch.tensor([0.5, 1.0, 0.4]).view(1, 3, 1, 1)
    return leaf * scene.between(0.2, 0.75)[..., None] * (1 + 0.25 * (scene.color(0, 1, 0, 1) - 0.5))


def lit(scene: Scene) -> Tensor:
    """Light from one side: from -1 to 1 across the picture."""
    return turned(scene.x, scene.y, scene.between(0, 2 * pi))[0][:, None]


def shadow(distance: Tensor, scene: Scene) -> Tensor:
    return torch.exp(-((distance.clamp(0) / 0.12) ** 2))[:, None] * scene.between(0.3, 1)[..., None]


def blend(below: Tensor, above: Tensor, cover: Tensor) -> Tensor:
    return below * (1 - cover) + above * cover


def developed(picture: Tensor, scene: Scene) -> Tensor:
    """Exposure and film grain."""
    grain = 0.012 * scene.clouds(SIZE)[:, None]
    return (picture * scene.between(0.75, 1.15)[..., None] + grain).clamp(0, 1)


def turned(x: Tensor, y: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    return x * torch.cos(angle) - y * torch.sin(angle), x * torch.sin(angle) + y * torch.cos(angle)
