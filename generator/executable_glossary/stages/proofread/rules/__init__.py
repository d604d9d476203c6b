"""One prose rule per file, named after its code: `long_sentence.py` is `long-sentence`. Every file here is applied.

A file holds `RULE`, the code with its documentation, and `remarks`, which finds the passages that break the rule.
"""
