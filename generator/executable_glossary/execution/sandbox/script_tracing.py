"""Shows the functions that a script sets with `sys.settrace` or `sys.setprofile` what they see in a manual run: the
script and what it calls, but none of our code, which runs between its cells and after them."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType
from typing import Any

# A profiling function sees the call of a function in C, but not the call of a partial object.
EXECUTE, EVALUATE = partial(exec), partial(eval)
GET_TRACE, GET_PROFILE = partial(sys.gettrace), partial(sys.getprofile)
SET_TRACE, SET_PROFILE = partial(sys.settrace), partial(sys.setprofile)
CALL_EXIT_FUNCTIONS = partial(atexit._run_exitfuncs)


class ScriptTracing:
    """The functions for tracing and profiling that the script has set; they are active only while its code runs."""

    def __init__(self) -> None:
        self.trace: Any = None
        self.profile: Any = None

    def start(self) -> None:
        """Prepare for the script. Exit functions are called in reverse order, so those of the script come before these."""
        atexit.register(SET_TRACE, None)
        atexit.register(SET_PROFILE, None)

    def run(
        self, how: Callable[[CodeType, dict[str, Any]], Any], code: CodeType, names: dict[str, Any]
    ) -> Any:
        """Execute or evaluate code of the script."""
        if self.trace is not None:
            SET_TRACE(partial(_begin, code, SET_TRACE, self.trace))
        if self.profile is not None:
            SET_PROFILE(partial(_begin, code, SET_PROFILE, self.profile))
        try:
            return how(code, names)
        finally:  # calls no function in Python, because the script's functions would see it
            self.trace, self.profile = GET_TRACE(), GET_PROFILE()
            SET_TRACE(None)
            SET_PROFILE(None)

    def call_exit_functions(self) -> None:
        """Call the exit functions. Those that were registered before the script began are not traced."""
        SET_TRACE(self.trace)
        SET_PROFILE(self.profile)
        CALL_EXIT_FUNCTIONS()


def _begin(code: CodeType, start: Callable[[Any], None], function: Any, frame: FrameType, *_: object) -> None:
    """Start the function as soon as the code has been called: a manual run calls all cells at once, before the first of
    them can set the function."""
    if frame.f_code is code:
        start(function)


SCRIPT = ScriptTracing()  # those of this process, because a process that the script forks goes on with them
