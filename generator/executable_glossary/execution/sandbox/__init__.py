"""Code that runs inside an example's process. It imports only the standard library, and nothing from the rest
of the generator.

`__main__` loads this folder as a package called `_glossary_run`, so an example's process contains what
`python example.py` would contain. Each run has three processes: the *supervisor* monitors the run from
outside and reports how it ended; the *guard* sets up the isolation and is the first process inside it; the
*run* executes the cells.
"""
