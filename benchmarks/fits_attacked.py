"""What inverting published fits tells of counts that were not published: python -m benchmarks.fits_attacked.

The attacker knows the program, all that is published and, worse than in life, the features of every case; what became
of the cases is what is sought. Case files are random, numbers are released by the rules of docs/decisions/0029: drawn
between the multiples of 5 round them by the name of their cell, and hidden where the drawn number is under 15.

``inverted`` solves the likelihood equations for the events of each category. ``ranges`` asks, for figures that were
rounded, between what numbers the events of a category may lie with all figures as they are; ``pair_ranges`` asks the
same of the cases of a pair of categories, for a release in earnest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, linprog
from scipy.special import expit

from analysis.counts.counts import Counts, Source, codes_key
from analysis.counts.coverage import Coverage
from analysis.disclosure.fits import Place, Shown, released_fits
from analysis.questions.association.features import JointTable, codes_of
from analysis.questions.association.margins import Known, MarginFit, margin_fit
from analysis.questions.association.released_fits import ENDINGS, base_codes
from analysis.reference import measures

HEADINGS = {"risk": "Risk", "contact": "Where", "relation": "Relation", "age": "Age", "team": "Team"}
KINDS = {"risk": 3, "contact": 2, "relation": 4, "age": 4}
_OFF, _LEAST = 5, 15
_HALF = 0.006  # half a point, and what the margins of two endings differ by


def case_file(
    seed: int, cases: int, *, kinds: dict[str, int] | None = None, forces: int = 1, rare: bool = False
) -> Counts:
    """Made-up counts by feature: categories of unequal size, features that go together, endings that go with them.

    ``kinds`` says how many categories each feature has. With ``rare`` the last one of risk holds one case in a hundred.
    """
    chance = np.random.default_rng(seed)
    columns: dict[str, Any] = {"force": chance.choice(["Kent", "Essex", "Surrey"][:forces], cases)}
    leaning = chance.normal(size=cases)  # makes features go together
    odds = np.full(cases, -0.3)
    for name, number in {**(kinds or KINDS), "team": 12}.items():
        sizes = chance.dirichlet(np.full(number, 12.0))
        if rare and name == "risk":
            sizes = np.array([0.6, 0.39, 0.01])
        place = np.searchsorted(np.cumsum(sizes)[:-1], _ranks(chance.normal(size=cases) + 0.4 * leaning))
        columns[name] = np.array([f"{name} {letter}" for letter in "ABCDEFGHIJKL"])[place]
        odds += chance.normal(scale=0.2 if name == "team" else 0.6, size=number)[place]
    others = chance.choice(["15", "18", "1", "3", "0"], cases, p=[0.55, 0.15, 0.15, 0.1, 0.05])
    columns["outcome"] = np.where(chance.random(cases) < expit(odds), "16", others)
    table = pd.DataFrame(columns).groupby(list(columns)).size().rename("cases").reset_index()
    names = tuple(sorted(table["force"].unique()))
    return Counts(
        name="made_up_features",
        table=table,
        dimensions=tuple(columns),
        coverage=Coverage(names, {date(2024, 4, 1): 12}, frozenset()),
        basis="recorded",
        sensitivity="restricted",
        source=Source("Made up", "This benchmark", "", "none", {}),
        scheme="home_office",
        offence="8Q",
        features={name: HEADINGS[name] for name in (*(kinds or KINDS), "team")},
        fit_features=tuple(kinds or KINDS),
        fit_cluster="team",
    )


def exact(counts: Counts) -> Callable[[str, str, str, str, frozenset[str]], int]:
    """The exact number of every cell, which nobody releases."""
    columns = {name: counts.table[name].astype(str).to_numpy(dtype=object) for name in counts.dimensions}
    cases = counts.table["cases"].to_numpy()

    @cache
    def has(name: str, values: frozenset[str]) -> np.ndarray:
        return np.isin(columns[name], list(values))

    def number(force: str, offence: str, feature: str, category: str, codes: frozenset[str]) -> int:
        is_in = has("outcome", codes) if codes else cases > 0
        is_in = is_in & (has("offence", frozenset({offence})) if "offence" in columns else offence == counts.offence)
        for name, value in ((name, value) for name, value in (("force", force), (feature, category)) if value):
            is_in = is_in & has(name, frozenset({value}))
        return int(cases[is_in].sum())

    return number


def drawn(counts: Counts, secret: str = "secret") -> Shown:
    """The released number of every cell: drawn by its name, hidden where that is under 15."""
    count, held = exact(counts), dict[str, int]()

    def number(force: str, offence: str, feature: str, category: str, codes: frozenset[str]) -> int | None:
        name = "|".join([secret, force, offence, feature, category, *sorted(codes)])
        if name not in held:
            up = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") % 5
            held[name] = 5 * ((count(force, offence, feature, category, codes) + up) // 5)
        return held[name] if held[name] >= _LEAST else None

    return number


def release(counts: Counts, is_shown: Shown | None = None) -> Counts:
    """The released set of counts: cells and fits."""
    number = is_shown or drawn(counts)
    codes = {base_codes(counts.scheme, base) for base in measures.BASES}
    for base in measures.BASES.values():
        codes |= {codes_of(ending, counts.scheme) - base.leaves_out(counts.scheme) for ending in ENDINGS}
    places = [("", "")]
    places += [(name, one) for name in counts.features for one in sorted(counts.table[name].astype(str).unique())]
    cells = pd.DataFrame(
        [
            (force, "8Q", *place, codes_key(one), number(force, "8Q", *place, one))
            for force in (*counts.forces, *([""] if len(counts.forces) > 1 else []))
            for place in places
            for one in codes
        ],
        columns=["force", "offence", "feature", "category", "outcome", "cases"],
    )
    held = counts.as_released(cells.astype({"cases": "Int64"}), counts.coverage, {"edition": 1})
    return replace(held, fits=released_fits(counts, number))


def joint_of(counts: Counts) -> JointTable:
    """How many cases there are of each combination of features."""
    return joint_table(counts.table, counts.fit_features)


def joint_table(table: pd.DataFrame, features: Sequence[str]) -> JointTable:
    """The same of a table with a column for each feature, and ``cases``."""
    summed = table["cases"].groupby([table[name].astype(str) for name in features]).sum()
    summed = summed[summed > 0]
    return JointTable(summed.index.to_frame(index=False), summed.to_numpy(dtype=float))


def margins_of(table: pd.DataFrame, features: Sequence[str], *endings: Collection[str]) -> Known:
    """The exact cases of each category by how they ended: outcomes of each of ``endings``, and all else."""
    place = np.full(len(table), len(endings))
    for number, codes in enumerate(endings):
        place[table["outcome"].isin(codes).to_numpy()] = number
    text = table.astype(dict.fromkeys(features, str)).assign(place=place)
    by = {name: text.groupby([name, "place"])["cases"].sum().unstack(fill_value=0).astype(float) for name in features}
    return Known(by, text.groupby("place")["cases"].sum().to_numpy(dtype=float))


def events_of(counts: Counts, ending: str = "victim_withdrawal") -> dict[tuple[str, str], int]:
    """The exact cases of each category that ended so."""
    table = counts.table[counts.table["outcome"].isin(codes_of(ending, counts.scheme))]
    totals = {name: table.groupby(name)["cases"].sum() for name in counts.fit_features}
    return {(name, str(one)): int(number) for name, held in totals.items() for one, number in held.items()}


def three_decimals(counts: Counts) -> dict[tuple[str, str], float]:
    """The odds ratios that the suite printed in November 2026: of a fit to exact counts, to three decimals."""
    known = margins_of(counts.table, counts.fit_features, codes_of("victim_withdrawal", counts.scheme))
    model = margin_fit(joint_of(counts), known).plain()
    places = [(name, one) for name, table in known.features.items() for one in table.index]
    found = {place: round(model.against_reference(*place)["odds_ratio"], 3) for place in places}
    return {(counts.features[name], one): ratio for (name, one), ratio in found.items()}


def coarse(counts: Counts, fits: dict[str, Any]) -> dict[tuple[str, str], float]:
    """The odds ratios of withdrawal in a release, by the headings of their features."""
    rows = fits["tables"][0]["associations"]["victim_withdrawal"]["rows"]
    return {(counts.features[row[0]], row[1]): row[6] for row in rows}


def inverted(joint: JointTable, ratios: dict[tuple[str, str], float], total: int) -> dict[tuple[str, str], float]:
    """The events of each category that odds ratios go with, from the released total: the likelihood equations.

    Of the totals that may stand behind the released one, the one is taken that leaves all events nearest to whole.
    """
    odds = np.zeros(len(joint.cases))
    for name in joint.labels:
        odds += np.log([ratios[HEADINGS[name], one] for one in joint.labels[name]])
    best: dict[tuple[str, str], float] = {}
    least = np.inf
    for tried in range(total - _OFF, total + _OFF + 1):
        constant = brentq(lambda at, goal=tried: joint.cases @ expit(at + odds) - goal, -20, 20)
        expected = joint.cases * expit(constant + odds)
        found = {
            (name, str(one)): float(number)
            for name in joint.labels
            for one, number in pd.Series(expected).groupby(joint.labels[name].to_numpy()).sum().items()
        }
        far = sum((number - round(number)) ** 2 for number in found.values())
        if far < least:
            best, least = found, far
    return best


def ranges(counts: Counts) -> dict[tuple[str, str], float]:
    """How far apart the events of a category may lie, if fits to exact counts were printed as coarsely as a release is.

    The attacker has the released number of every category, and each figure between the two that it was rounded from.
    Figures are taken as linear in the events, which over eight cases they nearly are.
    """
    joint, is_shown = joint_of(counts), drawn(counts)
    total, events = exact(counts)("", "8Q", "", "", frozenset()), events_of(counts)
    places = list(events)
    free = [place for place in places if place[1] != max(_of(events, place[0]))]

    def figures(change: np.ndarray) -> np.ndarray:
        moved_by = dict(zip(free, change[1:], strict=True))
        tables = {}
        for name in counts.fit_features:
            held = {one: events[name, one] + moved_by.get((name, one), 0.0) for one in _of(events, name)}
            rest = next(one for one in held if (name, one) not in free)
            held[rest] += change[0] - sum(moved_by[name, one] for one in held if one != rest)
            cases = _cases_by(joint, name)
            tables[name] = pd.DataFrame({0: held, 1: {one: cases[one] - number for one, number in held.items()}})
        whole = sum(_of(events, "risk").values()) + change[0]
        return _figures(margin_fit(joint, Known(tables, np.array([whole, total - whole]))), is_plain=True).ravel()

    nothing = np.zeros(1 + len(free))
    at = figures(nothing)
    slopes = np.column_stack([figures(one) - figures(-one) for one in np.eye(len(nothing))]) / 2
    low, high = _windows(at.reshape(-1, 6))
    bounds = [_window(is_shown("", "8Q", "", "", frozenset({"14", "16"})), sum(_of(events, "risk").values()))]
    bounds += [_window(is_shown("", "8Q", *one, frozenset({"14", "16"})), events[one]) for one in free]
    found = {}
    for number, place in enumerate(free, start=1):
        goal = np.eye(len(nothing))[number]
        rows, limits = np.vstack([slopes, -slopes]), np.concatenate([high - at, at - low])
        found[place] = sum(_furthest(sign * goal, rows, limits, bounds) for sign in (1, -1))
    return found


def pair_ranges(counts: Counts, bases: Sequence[str] = ("recorded",)) -> dict[tuple[str, str], tuple[float, float]]:
    """Between what numbers of cases each pair of categories may lie, given a release: no outcome, but no cell either.

    The attacker has the released cells, which fits rest on, and all figures of the regressions of both endings; sought
    is the table of how features go together, with which the figures change (taken as linear).
    """
    is_shown, fits = drawn(counts), list[MarginFit]()
    for base in bases:
        place = Place(replace(counts, fit_cluster=""), counts.fit_features, is_shown, counts.forces[0], "8Q", base)
        fits += [fit for fit, _ in (place.fit((ending,)) for ending in ENDINGS) if fit is not None]
    joint = place.joint(dict(fits[0].known.features))[0]

    def figures(cases: np.ndarray) -> np.ndarray:
        one = JointTable(joint.labels, cases)
        return np.vstack([_figures(margin_fit(one, fit.known)) for fit in fits])

    at = figures(joint.cases)
    low, high = _windows(at)
    ways = np.eye(len(joint.cases)) / 2
    slopes = np.column_stack([(figures(joint.cases + one) - figures(joint.cases - one)).ravel() for one in ways])
    rows, limits = [slopes, -slopes], [high - at.ravel(), at.ravel() - low]
    is_of = {
        (name, one): (joint.labels[name] == one).to_numpy(dtype=float)
        for name in joint.labels
        for one in sorted(joint.labels[name].unique())
    }
    for (name, one), is_in in is_of.items():
        least, most = _window(is_shown(counts.forces[0], "8Q", name, one, frozenset()), int(is_in @ joint.cases))
        rows += [is_in[None], -is_in[None]]
        limits += [np.array([most]), np.array([-least])]
    bounds = [(-number, None) for number in joint.cases]
    found = {}
    for (one, is_one), (other, is_other) in combinations(is_of.items(), 2):
        if one[0] == other[0]:
            continue
        ends = [
            _furthest(sign * is_one * is_other, np.vstack(rows), np.concatenate(limits), bounds) for sign in (-1, 1)
        ]
        now = float((is_one * is_other) @ joint.cases)
        found[one[1], other[1]] = (now - ends[0], now + ends[1])
    return found


def group_ranges(counts: Counts) -> dict[tuple[str, str], tuple[float, float]]:
    """Between what numbers of cases of a category each group may have, given the shares that were expected of groups.

    The attacker knows, worse than in life, how many cases there are of each combination of features, and all fits
    exactly; sought is how the combinations are spread over groups, of which the released cells and the expected shares
    in whole points, of both endings out of all cases, are known.
    """
    place = Place(counts, counts.fit_features, drawn(counts), counts.forces[0], "8Q", "recorded")
    first = place.fit((ENDINGS[0],))[0]
    if first is None:
        raise ValueError("There is no fit of these counts.")
    joint, held = place.joint(dict(first.known.features))
    held = held * (first.joint.cases / joint.cases)[:, None]  # brought to the released margins, as fits are
    rows, most = _of_groups(place, held)
    every = {"b_ub": most, "b_eq": held.sum(axis=1).to_numpy(dtype=float), "bounds": [(0, None)] * held.size}
    every |= {"A_ub": rows, "A_eq": np.kron(np.eye(len(held)), np.ones(held.shape[1])), "method": "highs"}
    found = {}
    for feature, category in ((one, each) for one in joint.labels for each in sorted(joint.labels[one].unique())):
        is_in = (joint.labels[feature] == category).to_numpy(dtype=float)
        for group, title in enumerate(held.columns):
            goal = _in_group(is_in, group, held.shape[1])
            ends = [sign * float(linprog(sign * goal, **every).fun) for sign in (1, -1)]
            found[category, str(title)] = (ends[0], ends[1])
    return found


def _in_group(of: np.ndarray, group: int, groups: int) -> np.ndarray:
    """A sum over the combinations of one group, as a row over all combinations of all groups."""
    row = np.zeros((len(of), groups))
    row[:, group] = of
    return row.ravel()


def _of_groups(place: Place, held: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What is known of each group, as sums that come to no more than a number: its cases, and the shares expected."""
    rows, most, ones = [], [], np.ones(len(held))
    names, many = [str(one) for one in held.columns], held.shape[1]
    for group, title in enumerate(names):
        low, high = _window(place.cell(place.counts.fit_cluster, title, frozenset()), 0)
        rows += [_in_group(ones, group, many), -_in_group(ones, group, many)]
        most += [high, -low]
    for ending in ENDINGS:
        fit = place.fit((ending,))[0]
        if fit is None or len(fit.joint.cases) != len(held):
            continue  # other categories are held as one there, so that its sums are of other combinations
        for title, share in place.expected(fit):
            lead, group = fit.plain().fitted.shares[:, 0], names.index(title)
            rows += [
                _in_group(lead - share - _HALF, group, many),
                _in_group(share - _HALF - lead, group, many),
            ]
            most += [1e-9, 1e-9]
    return np.array(rows), np.array(most)


def _furthest(goal: np.ndarray, rows: np.ndarray, limits: np.ndarray, bounds: list[Any]) -> float:
    """The most that a sum may come to. Raises RuntimeError where there is no telling."""
    found = linprog(-goal, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    if found.status == 3:
        return float("inf")
    if found.status != 0:
        raise RuntimeError(found.message)
    return float(-found.fun)


def _figures(fit: MarginFit, *, is_plain: bool = False) -> np.ndarray:
    """What is printed of every category: odds ratio and difference, each with its limits; a row each."""
    model = fit.plain() if is_plain else fit.model()
    found = [list(model.against_reference(*pair).values()) for pair in model.design.columns]
    return np.array([[*one[:3], *one[4:]] for one in found])


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.asarray((np.argsort(np.argsort(values)) + 0.5) / len(values))


def _of(events: dict[tuple[str, str], int], feature: str) -> dict[str, int]:
    return {one: number for (name, one), number in events.items() if name == feature}


def _cases_by(joint: JointTable, feature: str) -> pd.Series:
    return pd.Series(joint.cases).groupby(joint.labels[feature].to_numpy()).sum()


def _window(shown: int | None, truth: int) -> tuple[float, float]:
    low, high = (0, _LEAST - 1) if shown is None else (shown - _OFF, shown + _OFF)
    return low - truth, high - truth


def _windows(figures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between what each figure lay before it was made coarse: ratio with limits, then difference with limits."""
    low, high = np.empty_like(figures), np.empty_like(figures)
    # limits are made wider before they are rounded, by what everybody knows: that leaves no more and no less open
    for place in range(figures.shape[1]):
        is_ratio = place < 3
        values, step = (np.log(figures[:, place]), 0.1) if is_ratio else (figures[:, place], 0.01)
        ends = [(np.round(values / step) + far) * step for far in (-0.5, 0.5)]
        low[:, place], high[:, place] = np.exp(ends) if is_ratio else ends
    return low.ravel(), high.ravel()


def outside(counts: Counts) -> JointTable:
    """The joint table as somebody guesses it who knows the released cells alone: features that do not go together."""
    is_shown, joint = drawn(counts), joint_of(counts)
    total = is_shown("", "8Q", "", "", frozenset()) or 1
    names = list(joint.labels)
    sizes = {name: _cases_by(joint, name).index for name in names}
    labels = pd.MultiIndex.from_product(sizes.values(), names=names).to_frame(index=False)
    cases = np.full(len(labels), float(total))
    for name in names:
        cases *= [(is_shown("", "8Q", name, one, frozenset()) or _LEAST / 2) / total for one in labels[name]]
    return JointTable(labels, cases)


def main() -> None:
    """Attack random case files and print what was learned."""
    print("| cases | who inverts what | exact of | by more than one case off |\n|---|---|---|---|")
    for cases in (600, 1500, 4000):
        told = {"three decimals, knows features": [], "three decimals, outside": [], "a release, knows features": []}
        for seed in range(8):
            counts = case_file(seed, cases)
            events, total = events_of(counts), drawn(counts)("", "8Q", "", "", frozenset({"14", "16"}))
            released = coarse(counts, released_fits(counts, drawn(counts)))
            printed = three_decimals(counts)
            ways = ((joint_of(counts), printed), (outside(counts), printed))
            for name, (joint, ratios) in zip(told, (*ways, (joint_of(counts), released)), strict=True):
                if len(ratios) == len(events) and not any(map(np.isnan, ratios.values())):
                    found = inverted(joint, ratios, total)
                    told[name] += [found[place] - number for place, number in events.items()]
        for name, off in told.items():
            right = sum(round(one) == 0 for one in off)
            print(f"| {cases:,} | {name} | {right} of {len(off)} | {sum(abs(one) > 1.5 for one in off)} |", flush=True)
    print("\n| cases | numbers | 1 or 2 values left | narrowest, cases |\n|---|---|---|---|")
    for cases in (600, 1500, 4000):
        wide = [one for seed in range(5) for one in ranges(case_file(seed, cases)).values()]
        print(f"| {cases:,} | {len(wide)} | {sum(one < 2 for one in wide)} | {min(wide):.1f} |", flush=True)
    print("\n| cases | categories of each feature | pairs | narrowest, cases |\n|---|---|---|---|")
    kinds = {"risk": 3, "contact": 2, "relation": 4, "age": 2}
    for cases in (600, 1500, 4000):
        found = pair_ranges(case_file(0, cases, kinds=kinds), tuple(measures.BASES))
        narrowest = min(most - max(least, 0.0) for least, most in found.values())
        print(f"| {cases:,} | {' '.join(map(str, kinds.values()))} | {len(found)} | {narrowest:.0f} |", flush=True)
    groups()


def groups() -> None:
    """Print what the shares that are expected of groups leave open."""
    print("\n| cases | categories by group | narrowest, cases |\n|---|---|---|")
    for cases in (600, 1500, 4000):
        found = group_ranges(case_file(0, cases))
        print(f"| {cases:,} | {len(found)} | {min(most - least for least, most in found.values()):.0f} |", flush=True)


if __name__ == "__main__":
    main()
