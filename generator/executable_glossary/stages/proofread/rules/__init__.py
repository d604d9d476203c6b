"""One prose rule per module, named after the rule's code: `long_sentence.py` contains the rule `long-sentence`.

Every module in this folder is applied. Each module contains `RULE`, the code with its documentation, and `remarks`, a
function that finds the passages that break the rule.
"""
