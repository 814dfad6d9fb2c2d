"""A folder of reports made by code: manifests and results as publishing writes them, and no notebook run."""

from __future__ import annotations

import json

from analysis import __version__
from analysis.shares.intervals import wilson

QUESTION = "How many cases end because the victim withdraws, and where?"
COLUMNS = [
    {"name": name, "kind": kind}
    for name, kind in (
        ("force", "label"),
        ("events", "count"),
        ("cases", "count"),
        ("share", "share"),
        ("low", "share"),
        ("high", "share"),
        ("state", "label"),
    )
]


def about(place, **changes):
    return {
        "counts": "made_by_hand",
        "measure": "victim_withdrawal",
        "base": "recorded",
        "offence": "Stalking",
        "place": place,
        "period": "2024/25",
        "basis": "recorded",
        "sensitivity": "published",
        "source": "This test",
        "files": [],
        "notes": [],
        **changes,
    }


def row(events, cases, **labels):
    """A row as results.json has it; one without events is suppressed."""
    if events is None:
        nothing = dict.fromkeys(("events", "share", "low", "high"))
        return {**labels, **nothing, "cases": cases, "state": "suppressed", "symbols": {"share": "[c]"}}
    low, high = map(float, wilson(events, cases))
    numbers = {"events": events, "cases": cases, "share": events / cases, "low": low, "high": high}
    return {**labels, **numbers, "state": "shown"}


def key_figure(place, events, cases, **changes):
    return {
        "kind": "key_figures",
        "figures": [{"about": about(place, **changes), "records": [row(events, cases, place=place)]}],
    }


def by_force(rows, **changes):
    told = [row(events, cases, force=force) for force, (events, cases) in rows.items()]
    return {"kind": "table", "columns": COLUMNS, "records": told, "about": about("all 44 forces", **changes)}


def put(out, *, force="Kent", folder="", blocks=(), made_at="2026-11-20T03:00:00+00:00", period="2024/25", **changes):
    """A report as it stands below ``out``. Returns its folder."""
    slug = force.lower().replace(" ", "-")
    folder = folder or f"victim_withdrawal/force-{slug}_2024-04_2025-03"
    place = "England and Wales" if force == "all" else force
    manifest = {
        "schema": "attrition manifest 1",
        "folder": folder,
        "notebook": folder.partition("/")[0],
        "title": QUESTION,
        "question": QUESTION,
        "subject": f"{place}, stalking, {period}",
        "answer": f"More than half of stalking cases in {place} ended because the victim withdrew.",
        "place": place,
        "parameters": {"counts": "made_by_hand", "force": force, "period": period, "offence": "8Q", "base": "recorded"},
        "is_restricted": False,
        "is_synthetic": False,
        "version": __version__,
        "made_at": made_at,
        "inputs": {},
        "files": {"report.html": "", "results.json": ""},
        **changes,
    }
    report = out / folder
    report.mkdir(parents=True, exist_ok=True)
    (report / "report.html").write_text("<!doctype html>")
    (report / "results.json").write_text(json.dumps({"blocks": list(blocks)}))
    (report / "manifest.json").write_text(json.dumps(manifest))
    return report
