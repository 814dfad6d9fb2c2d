"""Every colour of a drawing, once for light paper and once for dark.

The light ones are the Government Analysis Function's ("Data visualisation: colours in charts"; a test holds them to
``afcharts``). A drawing is written in them. The page's style sheet puts the dark ones in their place for a
reader whose system is dark, by the table below, so a drawing may use no colour that is not in it.

Marks keep 3:1 against their paper, text 4.5:1. Two fills that follow each other in the order of ``FILLS`` are one dark
and one light and keep 3:1 too, so that a picture of cases can be read in grey; six fills that all did so against each
other are not to be had.
"""

from __future__ import annotations

PAPER, INK, QUIET, RULE = "#ffffff", "#1b1b1b", "#595959", "#d4d4d4"
ACCENT, ORANGE, MUTED = "#12436d", "#f46a25", "#767676"
BAND, PALE_BAND, STRIPE = "#d3dce8", "#e9eef4", "#f3f3f3"  # behind marks: nothing is read from them alone
TEAL, BURGUNDY, GREY, PURPLE = "#28a197", "#801650", "#3d3d3d", "#a285d1"

#: Fill of each disposition. The last one is hollow: a case still open is drawn as an outline.
FILLS = {
    "The victim withdrew": ACCENT,
    "No further action": ORANGE,
    "Charged or summonsed": BURGUNDY,
    "Dealt with out of court": TEAL,
    "Prosecution prevented or not in the public interest": GREY,
    "Passed to another body": PURPLE,
    "Not yet decided": PAPER,
}

#: What each colour becomes on dark paper.
DARK = {
    PAPER: "#14181c",
    INK: "#edf0f3",
    QUIET: "#aeb7c1",
    RULE: "#39424c",
    MUTED: "#8b949e",
    ACCENT: "#bad9fd",
    ORANGE: "#b95619",
    BURGUNDY: "#f9c4df",
    TEAL: "#1d7a71",
    GREY: "#d3d7dd",
    PURPLE: "#7f5dba",
    BAND: "#2d3d50",
    PALE_BAND: "#212c38",
    STRIPE: "#1d232a",
}
