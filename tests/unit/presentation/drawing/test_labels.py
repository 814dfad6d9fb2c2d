"""Names beside points: never over a point, over each other, or outside the room."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.presentation.drawing.labels import Box, lead, places

ROOM = Box(0, 0, 300, 250)
POINTS = st.lists(st.tuples(st.floats(5, 295), st.floats(5, 245)), min_size=1, max_size=12)


@settings(max_examples=30)
@given(POINTS, st.integers(20, 150))
def test_names_keep_clear_of_everything(points, width):
    taken = Box(0, 100, 80, 20)
    found = places(points, [(width, 14)] * len(points), points=points, room=ROOM, taken=[taken])
    placed = [box for box in found if box is not None]
    assert len(found) == len(points)
    assert all(ROOM.holds(box) and not box.meets(taken) for box in placed)
    assert not any(one.meets(other) for one, other in combinations(placed, 2))
    assert not any(box.left < x < box.right and box.bottom < y < box.top for box in placed for x, y in points)


def test_a_lonely_name_stands_to_the_right_without_a_line():
    (box,) = places([(50, 50)], [(40, 14)], points=[(50, 50)], room=ROOM)
    assert box is not None
    assert box.left > 50
    assert lead((50, 50), box) is None


def test_a_name_without_room_is_left_out():
    assert places([(150, 100)], [(400, 14)], points=[(150, 100)], room=ROOM) == [None]
    assert places([], [], points=[], room=ROOM) == []


def test_a_far_name_has_a_line_to_its_nearest_edge():
    assert lead((0, 0), Box(30, 40, 10, 10)) == (30, 40)


def test_a_line_crosses_a_box_only_through_its_inside():
    box = Box(10, 10, 20, 10)
    assert box.is_crossed((0, 15), (40, 15))
    assert box.is_crossed((20, 0), (20, 12))
    assert not box.is_crossed((0, 10), (40, 10))
    assert not box.is_crossed((0, 15), (9, 15))
    assert not box.is_crossed((0, 0), (9, 40))
