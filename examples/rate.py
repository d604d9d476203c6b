# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scipy", "matplotlib", "safetensors"]
# [tool.glossary]
# needs = ["objects", "flowers"]
# outputs = ["rate.json", "full.safetensors", "answers-rate.json"]
# data = ["tried/full-10.json", "tried/frozen-10.json", "tried/scratch-10.json", "tried/finetuned-10.json"]
# seeds = [0, 1, 2]
# timeout = 3600
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# "*seconds" = "none"
# "*.rate" = 0.0
# "chosen.*" = 0.0
# # About twice the largest difference between runs on two kinds of processors.
# "r5.*" = 0.5
# "*.accuracy" = 0.1
# "*.relearned" = 0.1
# "lost" = 0.1
# "paired.*" = 0.5
# "*.kept" = 0.3
# "paired_kept.*" = 0.4
# default = 0.02
# [tool.glossary.charts.accuracy]
# kind = "lines"
# title = "Too small, right, too large"
# caption = "Where a new head helps, the features still serve the flowers. Where it does not, they are damaged. At the usual rate, no new head was trained."
# axis = "unseen flowers classified correctly"
# unit = "percent"
# along = "learning rate of the fine-tuning"
# scale = "log"
# reference = {guessing = "chance"}
# [tool.glossary.charts.accuracy.lines.fine-tuned]
# "0.00002" = "r1.accuracy"
# "0.0002" = "r2.accuracy"
# "0.002" = "r3.accuracy"
# "0.02" = "r4.accuracy"
# "0.1" = "r5.accuracy"
# "0.5" = "r6.accuracy"
# [tool.glossary.charts.accuracy.lines."with a new head"]
# "0.00002" = "r1.relearned"
# "0.0002" = "r2.relearned"
# "0.02" = "r4.relearned"
# "0.1" = "r5.relearned"
# "0.5" = "r6.relearned"
# ///
"""Too small, right, too large: the learning rate of fine-tuning

The learning rate determines how far each training step moves the weights. For a network trained from scratch,
a poor choice costs time. For a pre-trained network, a poor choice can destroy what you want to keep: the
knowledge that is already in the weights.

This script fine-tunes the same pre-trained network on the same ninety flowers six times. Only the rate
changes, from far too small to far too large. Here we use one rate for the whole network, including the new
head, as many tutorials do; in `flowers`, the head has its own rate. Then the script examines the damage in two
ways. Two training runs can both score badly on flowers, although the features are lost in only one of them. And
a rate that is too small to learn anything new does not keep all of the old knowledge either.
"""

# %% Choose six rates
# The third rate was chosen on flowers drawn for this choice: of six rates, it is the smallest one within one
# standard error of the best (see the example `settings`). The others are up to a hundred times smaller and 250
# times larger. The rate for training from scratch was chosen in the same way, and so were the two rates for
# fine-tuning the body and the head separately. The test pictures are used once, at the end of each training run.
import json
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _flowers import (
    chance,
    flagship,
    labeled_pictures,
    pretrained_network,
    species,
    test_pictures,
    train,
)
from _old_head import old_task
from _paired import as_text, compared, from_text, share_right, write_answers
from _recipes import STEPS, chosen, one_rate, rates_of
from _training import BLUE, GRAY, GREEN, PANEL, SEED, VERMILION
from safetensors.torch import save_file
from torch import nn

known = flagship()
usual, from_scratch = (chosen(way, known["labels_per_class"])["rate"] for way in ("full", "scratch"))
apart = chosen("finetuned", known["labels_per_class"])
rates = {"r1": 0.00002, "r2": 0.0002, "r3": usual, "r4": 0.02, "r5": 0.1, "r6": 0.5}
labeled = labeled_pictures(known["labels_per_class"])

for name, rate in rates.items():
    told = "the usual one" if rate == usual else f"{rate / usual:g} times that"
    print(f"{name}: {rate:<8} {told}")
print(
    f"chosen in the same way: {from_scratch} from scratch; with two rates, {apart['body']} and {apart['head']}"
)

# %% Fine-tune at each of them
# The whole network is trained, for the same number of steps. The rate warms up and then falls, as in all of
# these examples, so the number is the highest rate during training. We keep the networks to examine them
# below, and save the one with the usual rate for the example that compares seven ways to fine-tune.
networks, results, right = {}, {}, {}
for name, rate in rates.items():
    networks[name] = pretrained_network()
    training = train(networks[name], labeled, one_rate(rate), steps=STEPS, watch_every=STEPS // 10)
    right[name] = training.right
    results[name] = {"accuracy": training.accuracy, "curve": training.curve, "seconds": training.seconds}

weights = networks.pop("r3").state_dict()
save_file({name: weight.contiguous() for name, weight in weights.items()}, "full.safetensors")
full = {"accuracy": results["r3"]["accuracy"], "right": as_text(right["r3"]), "rate": usual}
Path("rate.json").write_text(json.dumps({"full": full}))

for name, rate in rates.items():
    print(f"{name}: rate {rate:<8} accuracy {results[name]['accuracy']:.3f}")
print(f"from scratch: accuracy {known['scratch']['accuracy']:.3f}, guessing: {chance:.3f}")

# %% Give each a new head
# A low score alone does not show what went wrong. So we freeze each backbone as it was after training, put a
# new head on top, and train only that, at the rate for heads. If accuracy recovers, the features still serve
# the flowers, and the head had not learned enough. If it does not, the features themselves are damaged.
for name, network in networks.items():
    network.backbone.requires_grad_(False)
    torch.manual_seed(SEED)
    network.head = nn.Linear(network.head.in_features, len(species))
    again = train(network, labeled, rates_of("frozen", known["labels_per_class"]), steps=STEPS)
    results[name]["relearned"] = again.accuracy
    right[f"{name}_relearned"] = again.right

untouched = known["frozen"]["accuracy"]
print(f"a new head on the untouched backbone: {untouched:.3f}")
for name in networks:
    was, now = results[name]["accuracy"], results[name]["relearned"]
    print(f"{name}: rate {rates[name]:<8} before {was:.3f}   with a new head {now:.3f}")

# %% Ask about the old objects
# Is a small rate at least safe for the old knowledge? The head that classified the objects was not saved. So we
# train one on the untouched backbone, as in `strategies`, and put it on each trained backbone, without training
# anything again. The smallest rate hardly moves the weights, but the running averages of batch normalization
# follow the flowers at any rate, and the old head no longer gets the features that it was trained on.
old = old_task()
known_by = {"before": old.still_known(pretrained_network())}
known_by |= {name: old.still_known(network) for name, network in networks.items()}
before = share_right(known_by["before"])
print(f"objects classified correctly before any fine-tuning: {before:.3f}")
for name in networks:
    results[name]["kept"] = share_right(known_by[name])
    print(f"{name}: rate {rates[name]:<8} afterward {results[name]['kept']:.3f}")

# %% Watch them learn
# Each panel shows one rate, with the others in gray behind it. With the smallest rates, training ends before
# the head has learned the species. Among the larger rates, the larger the rate, the lower the final accuracy.
figure, places = plt.subplots(
    2, 3, num="curves", figsize=(6, 4.4), sharex=True, sharey=True, dpi=140, **PANEL
)
colors = {"r1": GREEN, "r2": GREEN, "r3": BLUE, "r4": VERMILION, "r5": VERMILION, "r6": VERMILION}
for name, place in zip(rates, places.flat):
    for other in rates:
        place.plot(*zip(*results[other]["curve"]), color="#dcdcdc", linewidth=1.2)
    place.plot(*zip(*results[name]["curve"]), color=colors[name])
    place.axhline(chance, color=GRAY, linestyle=":", linewidth=1.2)
    place.set_title(f"{rates[name]:f}".rstrip("0"), color=colors[name])
    place.set_xlim(0, STEPS)
    place.set_ylim(0, 1)
    place.set_xticks([0, STEPS // 2, STEPS])
    place.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
figure.supxlabel("training steps of 32 pictures", fontsize=10.5)
_ = figure.supylabel("unseen flowers classified correctly", fontsize=10.5)

# %% Write down what was measured
# `lost` is how much accuracy the largest rate costs compared with the usual one, `relearned` is the accuracy of a
# new head on a backbone after its training, and `kept` is the share of the old objects that the old head still
# classifies correctly. All networks took the same tests, so the differences are also measured picture by picture,
# with 95% intervals (a bootstrap over the test pictures).
right |= {"scratch": from_text(known["scratch"]["right"]), "untouched": from_text(known["frozen"]["right"])}
write_answers("answers-rate.json", right | {f"objects.{name}": answers for name, answers in known_by.items()})
paired = compared(
    right,
    [
        "r1_vs_r3",
        "r4_vs_r3",
        "r4_vs_scratch",
        "r5_vs_r3",
        "r1_relearned_vs_r1",
        "untouched_vs_r5_relearned",
        "untouched_vs_r6_relearned",
    ],
)
paired_kept = compared(known_by, ["r1_vs_before"])
for pair, one in {**paired, **{f"objects: {pair}": one for pair, one in paired_kept.items()}}.items():
    print(f"{pair:26} {one['lead']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")

metrics = {
    name: {"rate": rate, **{key: value for key, value in results[name].items() if key != "curve"}}
    for name, rate in rates.items()
}
metrics |= {
    "lost": metrics["r3"]["accuracy"] - metrics["r6"]["accuracy"],
    "untouched": {"relearned": untouched},
    "before": {"kept": before},
    "chosen": {"full": usual, "scratch": from_scratch, **apart},
    "paired": paired,
    "paired_kept": paired_kept,
    "scratch": {"accuracy": known["scratch"]["accuracy"]},
    "steps": STEPS,
    "labels_per_class": known["labels_per_class"],
    "test_images": len(test_pictures()[1]),
    "chance": chance,
}
ends = ", ".join(
    f"{rate:f}".rstrip("0") + f": {results[name]['curve'][-1][1]:.0%}" for name, rate in rates.items()
)
figures = {
    "curves": {
        "caption": f"Accuracy on watched flowers while fine-tuning at six learning rates, {STEPS} steps each. "
        "Green: too small; blue: the usual one; orange: too large. Dotted: guessing.",
        "alt": "Six small line charts, one for each learning rate, of the share of unseen flowers classified correctly "
        f"while training. They end at: {ends}. Guessing gives {chance:.0%}.",
    },
}
metrics
