"""Where names stand beside points in a chart, so that none covers a point or another name.

Everything is in pixels, y upwards. No drawing is done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

import numpy as np

_CLEAR = 6  # pixels round a point that stay free
_REACHES = range(9, 130, 6)  # how far from its point a name may stand
_DIRECTIONS = 16
_SHUFFLES = 16
_CLOSE = 13  # up to here a name needs no line to its point

Point = tuple[float, float]
Size = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle: its lower left corner, width and height."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.bottom + self.height

    def meets(self, other: Box) -> bool:
        """Whether the two overlap.

        Parameters
        ----------
        other
            The other box.

        Returns
        -------
        bool
            Whether any of it is common to both.
        """
        return not (
            self.right <= other.left or other.right <= self.left or self.top <= other.bottom or other.top <= self.bottom
        )

    def is_crossed(self, start: Point, end: Point) -> bool:
        """Whether the line between two points runs through its inside (Liang and Barsky 1984).

        Parameters
        ----------
        start
            One end of the line.
        end
            The other end.

        Returns
        -------
        bool
            False of a line along its edge.
        """
        first, last = 0.0, 1.0
        sides = ((start[0], end[0], self.left, self.right), (start[1], end[1], self.bottom, self.top))
        for here, there, low, high in sides:
            step = there - here
            if step == 0:
                if not low < here < high:
                    return False
                continue
            ends = sorted(((low - here) / step, (high - here) / step))
            first, last = max(first, ends[0]), min(last, ends[1])
        return first < last

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly inside.

        Parameters
        ----------
        other
            The other box.

        Returns
        -------
        bool
            Whether all of the other is inside, edges counted in.
        """
        is_across = self.left <= other.left and other.right <= self.right
        return is_across and self.bottom <= other.bottom and other.top <= self.top


def places(
    anchors: Sequence[Point], sizes: Sequence[Size], *, points: Sequence[Point], room: Box, taken: Sequence[Box] = ()
) -> list[Box | None]:
    """A box for each name, as near to its anchor as may be; None where there is no room for one.

    A box lies inside ``room`` and meets no point, no other box and none of those ``taken``; no line to a name
    (``lead``) runs through a point or another name. Several orders of placing are tried. The one is kept that leaves
    out fewest names, the first name last of all, and has the shortest lines.

    Parameters
    ----------
    anchors
        The points that are named, the most important first.
    sizes
        Width and height of each name.
    points
        Every point of the chart.
    room
        The box in which names may be.
    taken
        Boxes in which there is something already.

    Returns
    -------
    list[Box | None]
        One box or None for each anchor.
    """
    dots = [Box(x - _CLEAR, y - _CLEAR, 2 * _CLEAR, 2 * _CLEAR) for x, y in points]
    able = [_able(anchor, size, dots, room, taken) for anchor, size in zip(anchors, sizes, strict=True)]
    given = list(range(len(anchors)))
    shuffles = np.random.default_rng(1)
    orders = [given]
    for axis, side in ((0, 1), (0, -1), (1, 1), (1, -1)):
        orders.append(sorted(given, key=lambda place: side * anchors[place][axis]))
    orders += [[int(place) for place in shuffles.permutation(len(given))] for _ in range(_SHUFFLES)]
    tried = [_in_order(order, anchors, able) for order in orders]
    best = min(tried, key=lambda boxes: (0 not in boxes, len(anchors) - len(boxes), _length(boxes, anchors)))
    return [best.get(place) for place in given]


def _able(anchor: Point, size: Size, dots: Sequence[Box], room: Box, taken: Sequence[Box]) -> list[Box]:
    """The boxes that a name could have if it were the only one, the nearest first."""
    strangers = [dot for dot in dots if not dot.holds(Box(*anchor, 0, 0))]
    boxes = []
    for box in _around(anchor, size):
        if not room.holds(box) or any(box.meets(barrier) for barrier in (*taken, *dots)):
            continue
        end = lead(anchor, box)
        if end is None or not any(dot.is_crossed(anchor, end) for dot in strangers):
            boxes.append(box)
    return boxes


def _in_order(order: Sequence[int], anchors: Sequence[Point], able: Sequence[Sequence[Box]]) -> dict[int, Box]:
    """The boxes that find room when names are placed in this order, each by its place."""
    boxes: dict[int, Box] = {}
    for place in order:
        given = [(anchors[other], box) for other, box in boxes.items()]
        free = (box for box in able[place] if not _tangled(anchors[place], box, given))
        box = next(free, None)
        if box is not None:
            boxes[place] = box
    return boxes


def _tangled(anchor: Point, box: Box, given: Sequence[tuple[Point, Box]]) -> bool:
    """Whether a box or the line to it runs through a name given before, or the line to such a name through the box."""
    if any(box.meets(placed) for _, placed in given):
        return True
    own = lead(anchor, box)
    if own is not None and any(placed.is_crossed(anchor, own) for _, placed in given):
        return True
    ends = [(other, lead(other, placed)) for other, placed in given]
    return any(end is not None and box.is_crossed(other, end) for other, end in ends)


def _length(boxes: dict[int, Box], anchors: Sequence[Point]) -> float:
    """How long the lines to all names are together."""
    return sum(_distance(anchors[place], box) for place, box in boxes.items())


def _around(anchor: Point, size: Size) -> Iterator[Box]:
    """Boxes about a point, the nearest first, in sixteen directions that begin to the right and to the left."""
    (x, y), (width, height) = anchor, size
    angles = [0.0, pi, *(2 * pi * turn / _DIRECTIONS for turn in range(1, _DIRECTIONS) if turn != _DIRECTIONS // 2)]
    for reach in _REACHES:
        for angle in angles:
            across, up = cos(angle), sin(angle)
            middle = x + across * (reach + width / 2), y + up * (reach + height / 2)
            yield Box(middle[0] - width / 2, middle[1] - height / 2, width, height)


def lead(anchor: Point, box: Box) -> Point | None:
    """Where a thin line from a point to its name ends; None where the name is close enough without.

    Parameters
    ----------
    anchor
        The point that is named.
    box
        The box of its name.

    Returns
    -------
    Point | None
        The end at the name.
    """
    return _nearest(anchor, box) if _distance(anchor, box) > _CLOSE else None


def _nearest(anchor: Point, box: Box) -> Point:
    x, y = anchor
    return min(max(x, box.left), box.right), min(max(y, box.bottom), box.top)


def _distance(anchor: Point, box: Box) -> float:
    x, y = _nearest(anchor, box)
    return hypot(x - anchor[0], y - anchor[1])
