"""Broken files through the real command: each refused with its place and the next step, and nothing told of a case."""
