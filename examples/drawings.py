# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "safetensors", "scikit-learn"]
# [tool.glossary]
# needs = []
# outputs = []
# data = ["tried/frozen-10.json"]
# seeds = [0, 1, 2]
# timeout = 300
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "*.accuracy" = 0.04
# "*seconds" = "none"
# [tool.glossary.charts.compared]
# kind = "bars"
# title = "Shortcuts do not get far"
# caption = "Accuracy on test flowers of methods that do not learn shapes. The methods that use color and pixels had fifty labels of each species; the head on random features had ten."
# axis = "test pictures classified correctly"
# unit = "percent"
# reference = {guessing = "chance"}
# bars = {"mean color" = "color_mean.accuracy", "counts of colors" = "color_histogram.accuracy", "nearest picture" = "nearest.accuracy", "nearest, in gray" = "nearest_gray.accuracy", "random features" = "random_features.accuracy"}
# ///
"""How the pictures are drawn, and what that proves

The flowers and the objects in these examples do not come from a camera. A program draws them, so we can have
as many as we like, every label is correct, and nobody's rights are affected. But a test with drawings is
useful only if a model cannot pass it with a trick.

So this script takes the drawings apart. It shows what is random in them, and then tries three tricks: going
by color, going by the pixels of a similar picture, and using a network that has learned nothing. The other
examples have to beat the accuracy of these tricks.
"""

# %% Let one thing vary at a time
# Every picture is generated from random numbers. Here we fix them: all pictures in a row get the same
# numbers, except those for one property. The last row shows the pictures as they really are: everything
# varies at once.
import matplotlib.pyplot as plt
import numpy as np
import torch
from _drawing import SPECIES, Scene, paint_flower
from _flowers import chance, labeled_pictures, species, test_pictures, train, untrained_network
from _recipes import STEPS, rates_of
from _training import BLUE, PANEL, VERMILION
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Generator, Tensor
from torch.nn import functional


class HeldScene(Scene):
    """A scene that is the same in all pictures, but for what `free` names."""

    def __init__(self, pictures: int, size: int, lot: Generator, free: str) -> None:
        super().__init__(pictures, size, lot)
        self.free, self.now = free, "the rest"

    def between(self, low: float, high: float) -> Tensor:
        return self.held(super().between(low, high))

    def clouds(self, cells: int) -> Tensor:
        return self.held(super().clouds(cells))

    def color(self, *bounds: float) -> Tensor:
        return self.about("color", super().color, *bounds)

    def placed(self, *bounds: float) -> tuple[Tensor, Tensor]:
        return self.about("place, size, angle", super().placed, *bounds)

    def about(self, thing: str, draw, *bounds: float):
        """Draw knowing what the random numbers are for."""
        self.now, before = thing, self.now
        drawn = draw(*bounds)
        self.now = before
        return drawn

    def held(self, numbers: Tensor) -> Tensor:
        return numbers if self.free in (self.now, "everything") else numbers[:1].expand_as(numbers)


rows, columns = ["color", "place, size, angle", "the rest", "everything"], 6
shape = SPECIES["dog rose"]
figure, places = plt.subplots(len(rows), columns, num="lots", figsize=(6, 4.7), dpi=100, **PANEL)
for free, line in zip(rows, places):
    scene = HeldScene(columns, 256, Generator().manual_seed(70), free)
    for place, picture in zip(line, functional.avg_pool2d(paint_flower(shape, scene), 2)):
        place.imshow(picture.permute(1, 2, 0))
        place.set_axis_off()
    line[0].set_title(free, loc="left", fontweight="normal", pad=4)

print("the rest: light, shadow, petals, background, clutter, exposure, film grain")

# %% Classify by color alone
# A photographed sunflower is yellow, and a network may well learn "yellow". Can ours? We discard the picture
# and keep only its colors: first their mean and spread, then how often each of 64 colors occurs. A linear
# classifier gets fifty labeled pictures of each species to find a pattern in these numbers.
#
# Both do a little better than guessing, and hue is not necessarily the reason: a species with broad petals
# fills more of the picture with one color. So color says almost nothing about the species, and the
# measurement shows how much that is.
labeled, labels = labeled_pictures(50)
test, test_labels = test_pictures()


def mean_and_spread(pictures: Tensor) -> np.ndarray:
    """Six numbers for each picture: mean and standard deviation of red, green and blue."""
    return torch.cat([pictures.mean(dim=(2, 3)), pictures.std(dim=(2, 3))], dim=1).numpy()


def color_counts(pictures: Tensor) -> np.ndarray:
    """64 numbers for each picture: how many pixels have each of 4 by 4 by 4 colors."""
    steps = (pictures * 4).long().clamp(0, 3).flatten(2)
    colors = steps[:, 0] * 16 + steps[:, 1] * 4 + steps[:, 2]
    return np.stack([np.bincount(some, minlength=64) / len(some) for some in colors.numpy()])


def share_right(classifier, see) -> float:
    """Teach the classifier what `see` gives of the labeled pictures; examine it on the test pictures."""
    classifier.fit(see(labeled), labels)
    return classifier.score(see(test), test_labels)


def linear():
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))


color_mean, color_histogram = share_right(linear(), mean_and_spread), share_right(linear(), color_counts)
print(f"guessing {chance:.1%}; mean color {color_mean:.1%}; counts of 64 colors {color_histogram:.1%}")

# %% Classify by the most similar picture
# The next trick finds the labeled picture with the most similar pixels and repeats its label. In color, it
# finds pictures of similar hue, which is of little use. In gray, with brightness and contrast equalized, it
# does better: the flowers are roughly in the middle, so two discs with many thin petals may well overlap. So
# pixels alone contain some information about shape. But the trick cannot recognize a shape that is moved or
# turned.


def gray(pictures: Tensor) -> Tensor:
    """Brightness alone, each picture with mean 0 and spread 1."""
    plain = pictures.mean(dim=1).flatten(1)
    return (plain - plain.mean(dim=1, keepdim=True)) / plain.std(dim=1, keepdim=True)


in_color = torch.cdist(test.flatten(1), labeled.flatten(1)).argmin(dim=1)
in_gray = torch.cdist(gray(test), gray(labeled)).argmin(dim=1)
nearest, nearest_gray = (float((labels[near] == test_labels).float().mean()) for near in (in_color, in_gray))
print(f"nearest labeled picture: {nearest:.1%} in color, {nearest_gray:.1%} in gray")

asked = [1, 3, 5, 7, 11]
means = test.mean(dim=(2, 3), keepdim=True).expand_as(test)
figure, places = plt.subplots(4, len(asked), num="tricks", figsize=(6, 5.2), dpi=110, **PANEL)
for column, place in zip(places.T, asked):
    seen = [test[place], means[place], labeled[in_color[place]], labeled[in_gray[place]]]
    for spot, picture in zip(column, seen):
        spot.imshow(picture.permute(1, 2, 0))
        spot.set_axis_off()
    truth = int(test_labels[place])
    column[0].set_title(species[truth], loc="center", fontsize=10, fontweight="normal", pad=4)
    for spot, near in zip(column[2:], (in_color[place], in_gray[place])):
        said = int(labels[near])
        spot.set_title(
            species[said], loc="center", fontsize=10, pad=4, color=BLUE if said == truth else VERMILION
        )
for spot, name in zip(places[:, 0], ["picture", "mean\ncolor", "nearest\nin color", "nearest\nin gray"]):
    spot.text(-6, 32, name, ha="right", va="center", fontsize=10)

# %% Use a network that has learned nothing
# The last trick is the strongest test. Our network keeps the strongest response of each feature wherever it
# occurs, and that alone might be enough. So we freeze it with its random initial features and train a head on
# them, as `flowers` does with the pre-trained features, for the same number of steps. To be fair, it
# processes the labeled pictures beforehand, so that batch normalization knows the scale of its inputs. If
# this did nearly as well, the examples would show the merits of the architecture, not of what the network
# learned.
random_network = untrained_network()
with torch.no_grad():
    for _ in range(50):  # its averages are running ones, and take a while to arrive
        random_network.train()(labeled_pictures(10)[0])
random_network.backbone.requires_grad_(False)
random_features = train(random_network, labeled_pictures(10), rates_of("frozen", 10), steps=STEPS)
print(f"a head on random features, ten labels of each: {random_features.accuracy:.1%}")

# %% What this does not prove
# No trick gets far, so a network that classifies most of these flowers correctly has learned something about
# their shape. The drawings prove that, but no more:
#
# - The same program drew both sets. Objects and flowers have the same kinds of background, clutter, light and
#   grain. Features learned on one set fit the other better than features learned on photographs of tools
#   would fit photographs of flowers. The size of the head start is specific to this pair.
# - Each picture shows one flower, roughly in the middle, seen from above. Nothing is half hidden, and no
#   picture shows two species.
# - A species is a formula with slight variations. Real daisies differ more from each other.
#
# So treat these numbers as the results of an experiment in which one thing changes and everything else stays
# the same. They show what fine-tuning does. They do not show what it will do with your pictures.
tricks = {
    "mean color": color_mean,
    "color counts": color_histogram,
    "nearest pixels": nearest,
    "nearest, in gray": nearest_gray,
    "random features": random_features.accuracy,
}
for name, share in tricks.items():
    print(f"{name:18} {share:6.1%}")
print(f"{'guessing':18} {chance:6.1%}")

# %% Write down what was measured
metrics = {
    "color_mean": {"accuracy": color_mean},
    "color_histogram": {"accuracy": color_histogram},
    "nearest": {"accuracy": nearest},
    "nearest_gray": {"accuracy": nearest_gray},
    "random_features": {"accuracy": random_features.accuracy, "seconds": random_features.seconds},
    "labels_per_class": len(labels) // len(species),
    "random_features_labels": 10,
    "classes": len(species),
    "test_images": len(test),
    "chance": chance,
}
figures = {
    "lots": {
        "caption": "One species, the dog rose, with one thing left to chance at a time: "
        + ", ".join(rows[:3])
        + " (light, shadow, background, clutter, exposure, grain). In the last row, everything.",
        "alt": f"Four rows of {columns} drawn flowers of one species. In the first they differ only in color, "
        "in the second only in place, size and angle, in the third only in light, background and clutter, in "
        "the last in all of these.",
    },
    "tricks": {
        "caption": f"What the tricks see of {len(asked)} test pictures: the mean color, and the labeled "
        f"picture whose pixels are most alike, in color ({nearest:.0%} right over all test pictures) and in "
        f"gray ({nearest_gray:.0%}). Blue names are right.",
        "alt": f"Four rows of {len(asked)} pictures: test pictures; a patch of the mean color of each; the "
        "nearest labeled picture in color, called "
        + ", ".join(species[int(labels[in_color[place]])] for place in asked)
        + "; and in gray, called "
        + ", ".join(species[int(labels[in_gray[place]])] for place in asked)
        + ". They are: "
        + ", ".join(species[int(test_labels[place])] for place in asked)
        + ".",
    },
}
