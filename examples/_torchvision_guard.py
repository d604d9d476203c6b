"""Import this before torchvision, and its models and transforms also work beside a CPU build of torch.

The torchvision of the registry brings C++ operators that need CUDA libraries. Beside a CPU build of torch
they do not load, and then `import torchvision` fails with "operator torchvision::nms does not exist",
because it registers shape rules for two of them. Declaring the two signatures is enough for everything
that does not call them. Where the operators do load, nothing is done here.
"""

import importlib.util
from pathlib import Path

import torch


def operators_load() -> bool:
    """Whether torch can open torchvision's operators; torchvision itself is not imported for the answer."""
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None:
        return True  # nothing to mend: the import will say itself that torchvision is missing
    libraries = [file for file in Path(found.origin).parent.glob("_C.*") if file.suffix in (".so", ".pyd")]
    try:
        for library in libraries:
            torch.ops.load_library(str(library))
    except OSError:
        return False
    return bool(libraries)


if not operators_load():
    # The declaration lives as long as this object; without the name it would vanish at once.
    declared = torch.library.Library("torchvision", "DEF")
    declared.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    declared.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
