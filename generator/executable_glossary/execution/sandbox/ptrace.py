"""Traces other processes with ptrace and reads their memory. Sources: ptrace(2), process_vm_readv(2), waitpid(2)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from . import syscall_filter

CONT, WRITE_REGISTER, SEIZE, LISTEN, GET_SYSCALL_INFO = 7, 6, 0x4206, 0x4208, 0x420E
EVENT_SECCOMP, EVENT_STOP = 7, 128
# Trace forks, vforks, clones, and execs; report the filter's stops; kill the traced processes if the tracer ends.
OPTIONS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 7 | 1 << 20
GROUP_STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
# `struct ptrace_syscall_info`: operation, architecture, instruction pointer, stack pointer, number, and arguments.
INFO = struct.Struct("=B3xIQQQ6Q")
INFO_SIZE, LONGEST_PATH, PIECE = 96, 4096, 256
WALL, NO_THREADS = 0x40000000, 0x20000000
CPU_FIELD = 36  # index of the CPU number among the fields after the process name in /proc/PID/stat
TIME_SLICE = 100_000  # nanoseconds


@dataclass(frozen=True)
class SystemCall:
    """A system call at which a traced process has stopped."""

    pid: int
    architecture: int
    number: int
    arguments: Sequence[int]


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Tracer:
    """Traces other processes. The same thread must make all calls, and this process must have no other threads."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._ptrace = self._libc.ptrace
        self._ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
        self._ptrace.restype = ctypes.c_long
        self._buffer, self._info = (
            ctypes.create_string_buffer(LONGEST_PATH),
            ctypes.create_string_buffer(INFO_SIZE),
        )
        self._ours, self._theirs = _Vector(ctypes.addressof(self._buffer), 0), _Vector(0, 0)

    def seize(self, pid: int) -> str:
        """Start tracing a process and its future children. Returns the reason if that is impossible, otherwise ""."""
        if self._ptrace(SEIZE, pid, 0, OPTIONS):
            return f"ptrace: {os.strerror(ctypes.get_errno())}"
        return ""

    def stopped_call(self, pid: int, status: int) -> SystemCall | None:
        """The system call at which the filter has stopped the process; None if it has not stopped at one."""
        if status >> 16 != EVENT_SECCOMP or not self.is_stopped(pid):
            return None
        _, architecture, _, _, number, *arguments = INFO.unpack_from(self._info)
        return SystemCall(pid, architecture, number, arguments)

    def change_argument(self, call: SystemCall, position: int, value: int) -> None:
        """Change an argument of a call before it happens, where that is possible."""
        machine = syscall_filter.architecture()
        if machine and machine.registers:
            self._ptrace(WRITE_REGISTER, call.pid, machine.registers[position], value)

    def is_stopped(self, pid: int) -> bool:
        """Whether the process is still stopped at a call. If not, it has been killed, and the call never happens."""
        return bool(self._ptrace(GET_SYSCALL_INFO, pid, INFO_SIZE, ctypes.addressof(self._info)) > 0)

    def resume(self, pid: int, status: int) -> None:
        """Let a process behave as if it were not traced: deliver its signal, or leave it stopped by job control."""
        event, sent, request = status >> 16, 0, CONT
        if event == EVENT_STOP and os.WSTOPSIG(status) in GROUP_STOPS:
            request = LISTEN
        elif not event:
            sent = os.WSTOPSIG(status)
        self._ptrace(request, pid, 0, sent)

    def text(self, pid: int, address: int) -> bytes:
        """The null-terminated string at an address in the process's memory. Raises OSError."""
        found = b""
        while b"\0" not in found and len(found) < LONGEST_PATH:
            at = address + len(found)
            # A piece never crosses a page boundary, because the next page may not be mapped.
            found += self.memory(pid, at, min(PIECE, LONGEST_PATH - at % LONGEST_PATH))
        return found.partition(b"\0")[0]

    def memory(self, pid: int, address: int, length: int) -> bytes:
        """`length` bytes (at most 4096) of the process's memory. Raises OSError."""
        self._ours.length = self._theirs.length = length
        self._theirs.base = address
        read = self._libc.process_vm_readv(pid, ctypes.byref(self._ours), 1, ctypes.byref(self._theirs), 1, 0)
        if read != length:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return ctypes.string_at(self._buffer, length)

    def move_near(self, pid: int) -> None:
        """Move to the stopped process's CPU, because waking a process on another CPU takes several times as long."""
        with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/stat") as file:
            os.sched_setaffinity(0, {int(file.read().rpartition(")")[2].split()[CPU_FIELD])})

    def take_short_turns(self) -> None:
        """Ask the scheduler for short time slices, which it grants sooner. Only Linux 6.12 and later support this."""
        machine = syscall_filter.architecture()
        if machine:
            attributes = struct.pack("=IIQiIQQQ", 48, 0, 0, 0, 0, TIME_SLICE, 0, 0)
            self._libc.syscall(machine.sched_setattr, 0, attributes, 0)


def wait_any() -> tuple[int, int]:
    """The process id and status of a child, or of a traced process, that has stopped or ended; (0, 0) if none has.

    Raises ChildProcessError if nothing is left to wait for.
    """
    return os.waitpid(-1, os.WNOHANG | (WALL | NO_THREADS if sys.platform == "linux" else 0))
