"""The made-up cases as another release of them would have left them, put in the place of the one that there is."""

from __future__ import annotations

from dataclasses import replace

from analysis.counts import counts

EARLIER = [{"edition": 1, "cells": 700, "hidden": 420, "span": "April 2022 to December 2023"}]


def put(monkeypatch, name, *, cells=None, **changes):
    """Have a released set stand with other cells, or saying other things of its release. Returns its cells."""
    read = counts.read
    held = read(name)
    there = replace(held, cells=held.cells if cells is None else cells(held.cells), release=held.release | changes)
    monkeypatch.setattr(counts, "read", lambda asked: there if asked == name else read(asked))
    return there.cells


def put_later(monkeypatch):
    """Have the made-up cases stand as released once more, of which a release before is known. Returns their cells."""
    return put(monkeypatch, "stalking_example", edition=2, earlier=EARLIER)
