"""Code that runs inside the process of an example: standard library only, nothing else of the generator.

`__main__` loads this folder as a package called `_glossary_run`, so an example's process contains what
`python example.py` would contain. Each run has three processes: the *supervisor* watches from outside and
reports how the run ended; the *guard* enters the isolation and is the first process inside it; the *run*
executes the cells.
"""
