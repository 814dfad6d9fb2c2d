"""Notebooks as they are read, parameterised and held to their rules."""
