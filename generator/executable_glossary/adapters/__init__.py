"""Adapters: each module reads or writes one outside format, or calls one outside program."""
