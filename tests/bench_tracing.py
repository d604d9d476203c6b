"""Measures the cost of tracking everything that runs read.

Run with `make bench-tracing`. Each case runs alternately with and without tracing, and the CPU seconds of all its
processes are compared. The cases are small torch examples as a build runs them, the import of torch in a new process,
and 20,000 opened files.
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from executable_glossary.execution import ForkServerRunner, Job, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.example import Example

ROUNDS, EXAMPLES, OPENED = 5, 8, 20_000
SMALL = """\
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
weights = torch.zeros(32, 1, requires_grad=True)
inputs = torch.randn(256, 32)
targets = inputs.sum(dim=1, keepdim=True)
losses = []
for step in range(3000):
    loss = (inputs @ weights - targets).square().mean()
    loss.backward()
    with torch.no_grad():
        weights -= 0.05 * weights.grad
        weights.grad = None
    losses.append(loss.item())
plt.plot(losses[:50])
metrics = {"loss": losses[-1]}
"""
OPENS = f"from pathlib import Path\nfile = Path(__file__).parent / 'one.txt'\nfor _ in range({OPENED}): open(file).close()"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "examples").mkdir()
        (root / "examples/one.txt").write_text("1")
        report(
            "small examples, forked",
            [seconds(root, SMALL, EXAMPLES, ("torch", "matplotlib.pyplot"), traced) for traced in turns()],
        )
        report(
            "import torch, new process", [seconds(root, "import torch", 1, (), traced) for traced in turns()]
        )
        opens = [seconds(root, OPENS, 1, (), traced) for traced in turns()]
        report(f"{OPENED:,} opened files", opens)
        extra = median(opens[::2]) - median(opens[1::2])
        print(f"per 1,000 opened files: {extra / OPENED * 1e6:.0f} ms more")


def turns() -> Sequence[bool]:
    return [True, False] * ROUNDS


def seconds(root: Path, code: str, count: int, modules: Sequence[str], traced: bool) -> float:
    """The CPU time, in seconds, of all processes of `count` runs."""
    kept = root / "kept"
    runner = ForkServerRunner(modules, traced, kept) if modules else SubprocessRunner(trace=traced)
    before = cpu()
    for _ in range(count):
        with tempfile.TemporaryDirectory() as work:
            run = runner.run(Job(example(code), 0, root), Path(work))
        assert (run.outcome, run.isolation["traced"]) == ("passed", "all" if traced else "python"), run
    # The CPU time of the fork parent's children is counted only after it has ended.
    runner.close()
    return cpu() - before


def example(code: str) -> Example:
    found, problems = read_example("examples/one.py", f'"""Benchmark"""\n{code}\n')
    assert found is not None, problems
    return found


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(name: str, measured: Sequence[float]) -> None:
    traced, plain = median(measured[::2]), median(measured[1::2])
    print(f"{name:28} {plain:6.2f} s plain, {traced:6.2f} s traced: {traced / plain:.2f} times", flush=True)


if __name__ == "__main__":
    main()
