"""What the server of warm notebooks loads once: importing this loads and tries everything that a notebook uses."""

from __future__ import annotations

import gc

import analysis
from analysis.publishing.running import children, forked, loading  # noqa: F401

children.collect_seldom()
loading.load(analysis.__all__)
children.leave_nothing()
gc.collect()
gc.freeze()  # so that a child's collections copy no page of what it only reads
