"""What changed in a network: comparisons of its whole state before and after a training.

Freezing is easily done wrong without a word from the library, so look at the numbers and not at the settings.
The state of a network has more in it than its parameters. Batch normalization keeps running averages in
*buffers*, which change without any gradient, and `named_parameters()` does not list them.
"""

from collections.abc import Iterable

from torch import Tensor, nn

State = dict[str, Tensor]


def state_of(network: nn.Module) -> State:
    """A copy of everything that the network holds: parameters and buffers, by name."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def changed(before: State, after: State) -> set[str]:
    """The names of the tensors that are not exactly the same in both, or that only one of them has."""
    return {
        name
        for name in before.keys() | after.keys()
        if name not in before or name not in after or not before[name].equal(after[name])
    }


def within(state: State, parts: Iterable[str]) -> set[str]:
    """The names of all tensors of these parts, such as "head" or "backbone.block5"."""
    return {name for name in state if any(name.startswith(part + ".") for part in parts)}


def surprises(before: State, after: State, trained: Iterable[str]) -> set[str]:
    """The tensors that changed outside of the trained parts, and those inside them that did not."""
    return changed(before, after) ^ within(before, trained)
