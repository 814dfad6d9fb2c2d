"""Where figures come from: every published file has a source, every source says when somebody looked and where."""

from datetime import date

import pytest

from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.reference import reference, sources


def test_of_every_source_of_published_figures_it_is_held_when_it_is_issued():
    held = sources.releases()
    addresses = {one.address for one in sources.files().values()}
    addresses |= {counts.read(name).source.address for name in counts.BUNDLED} - {""}
    assert addresses <= set(held)
    assert all(date.fromisoformat(one.checked) <= date(2100, 1, 1) for one in held.values())


def test_every_declared_file_is_there():
    assert all((reference.PROJECT / name).is_file() for name in sources.files())


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("published", "every moon", "'every moon' is none of once, every month"),
        ("checked", "yesterday", "column 'checked': 'yesterday' is no day"),
        ("next_release", "soon", "column 'next_release': 'soon' is no day"),
        ("next_release", "2027-01-21", "say where it was found, in 'next_release_source'"),
        ("revisions_source", "", "column 'revisions': say where it was found"),
    ],
)
def test_a_row_that_cannot_be_or_does_not_say_where_it_has_it_from_is_refused(column, value, told):
    row = {
        "address": "https://example.org",
        "series": "Some",
        "published": "every month",
        "published_source": "there",
        "newest_seen": "",
        "next_release": "",
        "next_release_source": "",
        "revisions": "They change",
        "revisions_source": "there",
        "checked": "2026-11-28",
    }
    sources._check(row)
    with pytest.raises(DataRefused, match="source_releases.csv, source 'https://example.org'") as refused:
        sources._check(row | {column: value})
    assert told in str(refused.value)
