"""Runs one example with one seed in its own isolated process and stores the result.

`Runner` is the interface. `SubprocessRunner` starts a new Python process for every run; `ForkServerRunner` forks each
run from a process that has already imported the modules that several runs share, which is about ten times faster.
"""

from __future__ import annotations

from executable_glossary.execution.forkserver_runner import ForkServerRunner
from executable_glossary.execution.job import Job
from executable_glossary.execution.runner import Runner
from executable_glossary.execution.subprocess_runner import SubprocessRunner

__all__ = ["ForkServerRunner", "Job", "Runner", "SubprocessRunner"]
