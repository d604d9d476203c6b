"""What goes into the process of a run: nothing of the generator, nothing but the standard library.

`start` loads this folder as a package under a name of its own, so that an example finds in its process what
`python example.py` would find. For each run, three processes: the *keeper* watches, from outside, and says
how it ended; the *guard* closes the walls and is the first process within; the *run* executes the cells.
"""
