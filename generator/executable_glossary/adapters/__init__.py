"""Adapters: each module reads or writes one external format, or calls one external program."""
