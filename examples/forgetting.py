# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn", "scipy"]
# [tool.glossary]
# needs = []
# outputs = ["answers-forgetting.json"]
# data = []
# seeds = [0, 1, 2]
# timeout = 600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.03
# "paired.*" = 0.06
# "*seconds" = "none"
# [tool.glossary.charts.saved]
# kind = "bars"
# title = "What replay preserves"
# caption = "The network learned the old digits first, and was then fine-tuned on the new ones, with and without replay."
# axis = "unseen digits classified correctly"
# unit = "percent"
# [tool.glossary.charts.saved.bars]
# "old digits, before" = "before.old"
# "old digits, after naive fine-tuning" = "naive.old"
# "old digits, after fine-tuning with replay" = "replay.old"
# "new digits, after naive fine-tuning" = "naive.new"
# "new digits, after fine-tuning with replay" = "replay.new"
# ///
"""Forgetting, and how a few old pictures limit it

A network learns to read the handwritten digits 0 to 4. Then it is trained further on 5 to 9, and on nothing
else. It learns the new digits and loses the old ones. This is *catastrophic forgetting* (McCloskey and Cohen,
1989): nothing in the new task rewards the network for remembering.

The cheapest remedy is called *replay*: keep a handful of the old pictures and mix them with the new ones. The
digits are real, 1,797 small scans that come with scikit-learn.
"""

# %% Look at the data
# Each picture is 8 by 8 pixels, from 0 (paper) to 16 (ink). We set 500 pictures aside for the final test; every
# seed draws different ones. The number of steps and the learning rate were chosen earlier, with a different
# split of the same 1,797 pictures, after a first look at test scores had shown that training was too short. So
# this test is slightly less independent than it could be.
import copy

import matplotlib.pyplot as plt
import torch
from _paired import compared, right_answers, share_right, write_answers
from _training import BLUE, GRAY, PANEL, SEED, VERMILION, count, fit, shuffled
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(SEED)

pixels, answers = load_digits(return_X_y=True)
images = torch.tensor(pixels, dtype=torch.float32) / 16
labels = torch.tensor(answers)

order = torch.randperm(len(images), generator=torch.Generator().manual_seed(1989 + SEED))
train, test = order[500:], order[:500]
old_train, new_train = train[labels[train] < 5], train[labels[train] >= 5]
old_test, new_test = test[labels[test] < 5], test[labels[test] >= 5]

figure, places = plt.subplots(1, 10, num="digits", figsize=(6, 1.2), **PANEL)
for digit, place in enumerate(places):
    first = train[labels[train] == digit][0]
    place.imshow(images[first].reshape(8, 8), cmap="gray_r")
    place.set_title(str(digit), loc="center", color=BLUE if digit < 5 else VERMILION)
    place.set_axis_off()

print(f"old digits 0-4: {len(old_train)} pictures to learn from, {len(old_test)} to be tested on")
print(f"new digits 5-9: {len(new_train)} pictures to learn from, {len(new_test)} to be tested on")

# %% Learn the digits 0 to 4
# The network has ten outputs from the start, one for each digit. For now, five of them are never the correct
# answer.
model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
fit(model, shuffled(images[old_train], labels[old_train]), steps=300, rate=0.003)


tests, right = {"old": old_test, "new": new_test}, {"old": {}, "new": {}}


def exam(name: str, model: nn.Module) -> dict[str, float]:
    """Accuracy on unseen pictures of the old digits and of the new ones; all ten answers are allowed."""
    for kind, places in tests.items():
        right[kind][name] = right_answers(model, images[places], labels[places])
    return {kind: share_right(answers[name]) for kind, answers in right.items()}


before = exam("before", model)
print(f"{count(model.parameters()):,} parameters")
print(f"before    old digits {before['old']:.2f}   new digits {before['new']:.2f}")

# %% Go on with 5 to 9 only
# Naive fine-tuning: the same loop, the same learning rate, new data. We train a copy, so that the next
# cell can start from the same weights.
naive_model = copy.deepcopy(model)
fit(naive_model, shuffled(images[new_train], labels[new_train]), steps=300, rate=0.003)

naive = exam("naive", naive_model)
print(f"naive     old digits {naive['old']:.2f}   new digits {naive['new']:.2f}")

# %% Go on with 5 to 9, and replay ten old pictures of each kind
# The only change is in the data: we add fifty old pictures to the new ones, different ones for every seed. Because they are few, each is
# repeated until there are as many old pictures as new ones. Then every batch contains about equal numbers of
# both.
per_class = 10
kept = torch.cat([old_train[labels[old_train] == digit][:per_class] for digit in range(5)])
repeats = round(len(new_train) / len(kept))
mixed = torch.cat([new_train, kept.repeat(repeats)])

replay_model = copy.deepcopy(model)
fit(replay_model, shuffled(images[mixed], labels[mixed]), steps=300, rate=0.003)

replay = exam("replay", replay_model)
print(f"{len(kept)} old pictures kept, each repeated {repeats} times")
print(f"replay    old digits {replay['old']:.2f}   new digits {replay['new']:.2f}")

# %% What was forgotten, and what replay preserved
# Look at the blue bars. After naive fine-tuning, the network no longer reads the old digits, although it
# could read them just before. With replay, it keeps most of them and still learns the new ones.
#
# All networks took the same test, so we compare them picture by picture. The 95% intervals show how far the
# difference depends on which pictures are in the test.
paired = {
    "old": compared(right["old"], ["replay_vs_naive", "replay_vs_before", "naive_vs_before"]),
    "new": compared(right["new"], ["replay_vs_naive"]),
}
for kind, differences in paired.items():
    for pair, one in differences.items():
        print(f"{kind} digits, {pair}: {one['lead']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")
write_answers(
    "answers-forgetting.json",
    {f"{kind}.{name}": answers for kind, by_name in right.items() for name, answers in by_name.items()},
)

metrics = {
    "before": before,
    "naive": naive,
    "replay": replay | {"per_class": per_class},
    "paired": paired,
    "train_images": len(train),
    "test_images": len(test),
    "parameters": count(model.parameters()),
}

stages = {"before": before, "naive fine-tuning": naive, "with replay": replay}
figure, axes = plt.subplots(num="forgetting", figsize=(6, 3.4), **PANEL)
for place, scores in enumerate(stages.values()):
    for shift, kind, color in ((-0.2, "old", BLUE), (0.2, "new", VERMILION)):
        axes.bar(place + shift, scores[kind], width=0.37, color=color)
        axes.text(place + shift, scores[kind] + 0.02, f"{scores[kind]:.0%}", ha="center")
        axes.text(place + shift, -0.03, kind, ha="center", va="top", color=GRAY, fontsize=10)
axes.set_xticks(range(3), stages, fontweight="bold")
axes.tick_params(axis="x", length=0, pad=18)
axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
axes.set_ylim(0, 1.12)
axes.set_ylabel("unseen pictures read correctly")
kept_share = replay["old"] / before["old"]
axes.set_title(f"{len(kept)} old pictures save {kept_share:.0%} of what was known")

figures = {
    "digits": {
        "caption": f"Handwritten digits, one of each kind out of {len(images):,}. "
        "The network first learns 0 to 4 (blue), then 5 to 9 (orange).",
        "alt": "A row of ten small gray scans of handwritten digits, 0 to 9, each 8 by 8 pixels. "
        "The old digits 0 to 4 are labeled in blue, the new digits 5 to 9 in orange.",
    },
    "forgetting": {
        "caption": f"After naive fine-tuning {naive['old']:.0%} of the old digits are read correctly; "
        f"with {per_class} replayed pictures of each digit, {replay['old']:.0%}.",
        "alt": "Bar chart of the share of unseen digits read correctly. "
        f"Before: old digits {before['old']:.0%}, new digits {before['new']:.0%}. "
        f"After naive fine-tuning: old {naive['old']:.0%}, new {naive['new']:.0%}. "
        f"After fine-tuning with replay: old {replay['old']:.0%}, new {replay['new']:.0%}.",
    },
}
metrics
