"""When a report was first made, and when its answer or its numbers last changed.

A report that is made again every night changes when what it says changes, not when the clock does. Each manifest
carries that day on from the one that it replaces, so that nothing else need be kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from analysis.publishing.about import editions
from analysis.publishing.about.editions import Edition
from analysis.safe_words import safe_throughout


def since(place: Path, manifest: dict[str, Any]) -> dict[str, str]:
    """``first_made_at`` and ``changed_at`` of a report that is about to be put at ``place``, from its manifest.

    Its ``figures`` are a digest of its answer and numbers, ``made_at`` is the moment it was made.

    Parameters
    ----------
    place
        The folder of the report.
    manifest
        The manifest of the report.

    Returns
    -------
    dict[str, str]
        Two times in ISO 8601.
    """
    figures, made_at = manifest["figures"], manifest["made_at"]
    try:
        before = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        first, changed = before.get("first_made_at", before["made_at"]), before.get("changed_at", before["made_at"])
        figures_before = before.get("figures") or digest(
            json.loads((place / "results.json").read_text(encoding="utf-8"))
        )
        # a clock that was ahead and was set back: nothing was first made after it was last made
        first, changed = (min(moment, made_at, key=datetime.fromisoformat) for moment in (first, changed))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"first_made_at": made_at, "changed_at": made_at}
    return {"first_made_at": first, "changed_at": changed if figures_before == figures else made_at}


def standing(place: Path) -> Edition | None:
    """The edition that is at ``place`` now: None where none does, one without figures where it is damaged.

    Parameters
    ----------
    place
        The folder of the report.

    Returns
    -------
    Edition | None
        The edition.
    """
    if not place.is_dir():
        return None
    try:
        texts = ((place / f"{name}.json").read_text(encoding="utf-8") for name in ("manifest", "results"))
        manifest, results = (safe_throughout(json.loads(text)) for text in texts)
        changed = date.fromisoformat(manifest.get("changed_at", manifest["made_at"])[:10]).isoformat()
        return editions.edition(
            results, digest(results), manifest.get("date", changed), tuple(manifest.get("news", ()))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Edition("")


def digest(results: dict[str, Any]) -> str:
    """The SHA-256 of what a report answers and counts: openings of headlines and rows of figures and tables.

    Titles, notes and descriptions are left out: rewording a caption changes no report.

    Parameters
    ----------
    results
        What results.json of the report holds.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    content = json.dumps(list(_counted(results["blocks"])), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _counted(part: Any) -> Iterator[Any]:
    """The openings and rows anywhere below a part of the records, in order."""
    if isinstance(part, list):
        for each in part:
            yield from _counted(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("opening", "records"):
                yield value
            else:
                yield from _counted(value)
