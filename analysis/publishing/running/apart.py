"""What a server does before it loads anything else: it leaves the folder in which a command was given.

A matplotlibrc that lies there would be read when matplotlib is loaded. Nor is it worth a line on standard error, which
a scheduler posts to somebody, that matplotlib looks for fonts the first time.
"""

from __future__ import annotations

import logging
import os

from analysis.reference import reference

os.chdir(reference.SUITE)  # each child goes back to where the command was given
logging.getLogger("matplotlib").setLevel(logging.ERROR)
