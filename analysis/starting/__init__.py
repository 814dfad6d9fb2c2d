"""Somebody's own case files from start to end: what is left to decide, what is done, which reports can be made."""
