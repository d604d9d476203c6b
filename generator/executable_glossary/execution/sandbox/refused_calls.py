"""Refuses system calls that reach beyond a run's namespaces: to keys that the kernel keeps for a user, and to sockets that
a network namespace does not separate, such as those to a virtual machine's host.

Sources: keyrings(7), vsock(7), seccomp(2), the kernel's system call tables.
"""

from __future__ import annotations

import ctypes
import errno
import socket
from collections.abc import Iterator

from .syscall_filter import (
    ALLOW,
    ARCHITECTURE,
    ARGUMENTS,
    ERRNO,
    IF_EQUAL,
    LOAD,
    NUMBER,
    RETURN,
    X32,
    Architecture,
    add_filter,
    architecture,
    op,
)

AND = 0x54
KEYCTL_JOIN_SESSION_KEYRING = 1
KEYS, SOCKETS = ("add_key", "request_key", "keyctl"), ("socket", "socketpair")
# AF_UNIX, AF_INET, AF_INET6, and AF_NETLINK, from which programs learn about their own network interfaces.
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)
# The same calls of 32-bit programs on the same machine, which receive no sockets at all, keyed by AUDIT_ARCH numbers.
OF_32_BITS = {0x40000003: (286, 287, 288, 102, 359, 360), 0x40000028: (309, 310, 311, 281, 288)}


def refuse() -> None:
    """Refuse the calls to this process and its future children, if the system can do that. Also leave the user's keys, for
    systems that cannot."""
    if machine := architecture():
        ctypes.CDLL(None).syscall(machine.numbers["keyctl"], KEYCTL_JOIN_SESSION_KEYRING, None)
        add_filter(machine, _program(machine))


def _program(machine: Architecture) -> Iterator[bytes]:
    """The filter's instructions."""
    no_calls, no_family = ERRNO | errno.ENOSYS, ERRNO | errno.EAFNOSUPPORT
    for other, numbers in OF_32_BITS.items():
        yield from (op(LOAD, ARCHITECTURE), op(IF_EQUAL, other, 0, 2 * len(numbers) + 2))
        yield op(LOAD, NUMBER)
        for number in numbers:
            yield from (op(IF_EQUAL, number, 0, 1), op(RETURN, no_calls))
        yield op(RETURN, ALLOW)
    yield from (op(LOAD, NUMBER), op(AND, ~X32))
    for name in KEYS:
        yield from (op(IF_EQUAL, machine.numbers[name], 0, 1), op(RETURN, no_calls))
    first, second = (machine.numbers[name] for name in SOCKETS)
    yield from (op(IF_EQUAL, first, 2), op(IF_EQUAL, second, 1), op(RETURN, ALLOW))
    yield op(LOAD, ARGUMENTS)
    for family in FAMILIES:
        yield from (op(IF_EQUAL, family, 0, 1), op(RETURN, ALLOW))
    yield op(RETURN, no_family)
