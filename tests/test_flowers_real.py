"""The example with real photographs, run with stand-ins: a few tiny pictures, lists of them, and random weights."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from hashlib import md5, sha256
from pathlib import Path
from types import ModuleType

import pytest

from executable_glossary.app.pipeline import prepare, run_examples
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project, ProjectSettings
from glossaries import REPOSITORY, lay_out

torch = pytest.importorskip("torch")
image = pytest.importorskip("PIL.Image")
savemat = pytest.importorskip("scipy.io").savemat
# Located, not imported: the example's guard must run first.
if not all(map(importlib.util.find_spec, ("torchvision", "matplotlib"))):
    pytest.skip("torchvision and matplotlib are needed", allow_module_level=True)

EXAMPLES = REPOSITORY / "examples"
SHARED = ("_real_flowers.py", "_torchvision_guard.py", "_training.py")
SPLITS = {"trnid": 10, "valid": 10, "tstid": 20}


@pytest.fixture(scope="module")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the format of Flowers102: 21 species with 40 pictures each, in one color per species."""
    root = tmp_path_factory.mktemp("flowers102")
    (root / "flowers-102" / "jpg").mkdir(parents=True)
    labels, ids = [], {split: [] for split in SPLITS}  # type: ignore[var-annotated]
    for species in range(21):
        for split in (split for split, number in SPLITS.items() for _ in range(number)):
            labels.append(species + 1)
            ids[split].append(len(labels))
            picture = image.new("RGB", (40, 30), (12 * species, 128, 255 - 12 * species))
            picture.save(root / "flowers-102" / "jpg" / f"image_{len(labels):05d}.jpg")
    savemat(root / "flowers-102" / "imagelabels.mat", {"labels": labels})
    savemat(root / "flowers-102" / "setid.mat", ids)
    return root


@pytest.fixture(scope="module")
def loading() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(EXAMPLES))
        yield importlib.import_module("_real_flowers")


@pytest.fixture(scope="module")
def weights(loading: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in torchvision's format with random weights."""
    file: Path = tmp_path_factory.mktemp("weights") / "resnet18.pth"
    torch.save(loading.resnet18(weights=None).state_dict(), file)
    return file


def checksums(flowers: Path) -> dict[str, tuple[str, str]]:
    """The checksums of our lists, which torchvision must expect instead of the original checksums."""
    files = {"label": "imagelabels.mat", "setid": "setid.mat"}
    return {
        kind: (name, md5((flowers / "flowers-102" / name).read_bytes()).hexdigest())
        for kind, name in files.items()
    }


@pytest.fixture
def known(flowers: Path, loading: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loading.Flowers102, "_file_dict", checksums(flowers))
    return flowers


def test_photographs_alternate_between_the_splits_in_order(known: Path, loading: ModuleType) -> None:
    pictures, labels = loading.photographs(known, ("train", "val"), species=3, each=12)
    assert pictures.shape == (36, 3, 144, 144)
    assert labels.tolist() == [0, 1, 2] * 12
    assert (pictures.min() >= 0, pictures.max() <= 1) == (True, True)
    red = pictures[:, 0].mean(dim=(1, 2)) * 255
    assert red.round().tolist() == pytest.approx([0, 12, 24] * 12, abs=6)


def test_too_few_photographs_are_reported(known: Path, loading: ModuleType) -> None:
    with pytest.raises(ValueError, match="fewer than 11 photographs of species 0, 1"):
        loading.photographs(known, ("train",), species=2, each=11)


def test_modified_lists_are_rejected(flowers: Path, loading: ModuleType) -> None:
    with pytest.raises(RuntimeError, match="not found or corrupted"):
        loading.photographs(flowers, ("train",), species=2, each=1)


def test_nothing_is_downloaded() -> None:
    code = "".join((EXAMPLES / name).read_text("utf-8") for name in SHARED)
    assert "download=True" not in code
    assert "download=False" in code


def test_weights_are_loaded_and_the_head_is_new(weights: Path, loading: ModuleType) -> None:
    expected = sha256(weights.read_bytes()).hexdigest()[:8]
    network = loading.pretrained_resnet(weights, expected, 20)
    stored = torch.load(weights, weights_only=True)
    assert torch.equal(network.body.conv1.weight, stored["conv1.weight"])
    assert network(torch.rand(2, 3, 128, 128)).shape == (2, 20)


def test_different_weights_are_rejected_before_they_are_loaded(
    weights: Path, loading: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading.torch, "load", lambda *_, **__: pytest.fail("it was loaded"))
    with pytest.raises(ValueError, match="not with f37072fd"):
        loading.pretrained_resnet(weights, "f37072fd", 20)


def test_the_network_sees_random_crops_and_is_tested_on_the_center(loading: ModuleType) -> None:
    pictures = torch.rand(2, 3, 144, 144)
    assert loading.shifted_and_mirrored(pictures).shape == (2, 3, 128, 128)
    assert torch.equal(loading.middle(pictures), pictures[:, :, 8:136, 8:136])


# The whole example


def in_project(root: Path, text: str, **caches: str) -> Build:
    """Runs the example with this text and these caches, and returns the build."""
    lay_out(root, {})
    for name in SHARED:
        shutil.copy(EXAMPLES / name, root / "examples")
    (root / "examples" / "flowers_real.py").write_text(text)
    project = Project(root=root, settings=ProjectSettings(caches=caches))
    return run_examples(project, prepare(project), SubprocessRunner(), lambda event: None, ("flowers_real",))


def test_it_is_skipped_without_its_caches(tmp_path: Path) -> None:
    built = in_project(tmp_path, (EXAMPLES / "flowers_real.py").read_text("utf-8"))
    assert built.problems == ()
    assert built.evidence["flowers_real"].reason == "the caches flowers102, resnet18 are not configured"


@pytest.mark.slow
def test_it_runs_with_its_caches_from_the_first_cell_to_the_last(
    tmp_path: Path, flowers: Path, weights: Path
) -> None:
    """Slow: trains three networks, though only for one step each."""
    text = (EXAMPLES / "flowers_real.py").read_text("utf-8")
    changes = {
        "f37072fd": sha256(weights.read_bytes()).hexdigest()[:8],
        "\nsteps = 100\n": "\nsteps = 1\n",
        "Flowers102.classes[:20]": "Flowers102.classes[:4]",
        "# seeds = [0, 1, 2]": "# seeds = [0]",
        "torch.manual_seed(SEED)\nspecies": f"Flowers102._file_dict = {checksums(flowers)}\nspecies",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    built = in_project(tmp_path, text, flowers102=str(flowers), resnet18=str(weights))
    assert built.problems == ()
    outcome = built.evidence["flowers_real"]
    assert outcome.metrics["labeled_photographs"].mean == 40
    assert outcome.metrics["test_photographs"].mean == 80
    assert outcome.metrics["chance"].mean == 0.25
    assert all(
        0 <= outcome.metrics[f"{name}.accuracy"].mean <= 1 for name in ("finetuned", "frozen", "scratch")
    )
    assert [figure.name for output in outcome.runs[0].outputs for figure in output.figures] == ["species"]
