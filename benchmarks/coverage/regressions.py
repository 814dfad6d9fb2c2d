"""Differences in share and odds ratios of categories, by fits to released numbers, on case files whose truth is known.

Features go together, and with the teams that work the cases; cases of one team are alike by a normal copula, which
leaves the logistic regression true whatever the correlation is. Every number is rounded as a release rounds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, softmax

from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.disclosure.drawing.draws import rounded
from analysis.disclosure.fits import OTHER_CATEGORY, Place, printed_difference, printed_limits, printed_ratio
from analysis.disclosure.policy import CLOSED
from analysis.questions.association.joint_tests import joint_tests
from analysis.questions.association.margins import together
from analysis.questions.association.results import against_expected
from analysis.questions.association.words import limits_among as widest_limits
from analysis.shares.differences import Two, difference_interval, false_discoveries
from analysis.shares.intervals import ROUNDING_VARIANCE
from benchmarks.coverage.held import Held

HEADINGS = {"relation": "Relation", "risk": "Risk", "contact": "Where", "age": "Age", "team": "Team"}
PULLS = {
    "relation": (0.0, -0.53, -1.38, -0.27),
    "risk": (0.0, 0.31, -0.17),
    "contact": (0.0, -0.44),
    "age": (0.0, 0.18, 0.39),
}
#: No feature goes with any ending; and all go with withdrawal alike, so that chance has a hand in which does most.
NOTHING = {name: (0.0,) * len(pulls) for name, pulls in PULLS.items()}
ALIKE = {name: (0.0, 0.35, -0.35, 0.35)[: len(pulls)] for name, pulls in PULLS.items()}
SIZES = {
    "relation": (0.5, 0.3, 0.16, 0.04),
    "risk": (0.5, 0.35, 0.15),
    "contact": (0.6, 0.4),
    "age": (0.5, 0.3, 0.2),
}
FEATURES = tuple(PULLS)
CODES = ("16", "15", "1")  # withdrew, no further action, anything else
#: Cases, teams and how far cases of one team correlate (0 teams: no cluster is declared).
WORLDS = (
    (600, 0, 0.0),
    (1500, 0, 0.0),
    (4000, 0, 0.0),
    (1500, 12, 0.0),
    (1500, 5, 0.05),
    (1500, 8, 0.1),
    (1500, 20, 0.02),
    (1500, 20, 0.05),
    (1500, 40, 0.1),
    (4000, 10, 0.1),
)
TOLD = (
    "Made-up case files: 600 to 4,000 cases, four features of 2 to 4 categories, the smallest holding one case in 25, "
    "that go together with one another and with the teams. The ending is drawn from a logistic regression whose "
    "coefficients are the truth, and cases of one team correlate as said; of three endings each team adds to the log "
    "odds, and the truth is the mean over teams. Every file is drawn anew. Counts are rounded as a release does it, "
    "and hidden where it hides them. That nothing is said is of files in which no feature goes with any ending, the "
    "widest difference of files in which all pull alike; both are tried by file. Other tries are categories "
    "of files. A difference is “as printed” in whole percentage points, a ratio in steps of a tenth of log odds."
)
_FILES = 500
_SPREAD = 0.22  # share times its remainder, about the mean of the three endings


@dataclass(frozen=True, eq=False)
class CaseFile:
    """One made-up file: ``labels`` of each case (features, then team), its outcome, and the true ``shares`` of each.

    ``shares`` has a row for each case and a column for each of CODES.
    """

    labels: pd.DataFrame
    outcome: np.ndarray
    odds: np.ndarray
    shares: np.ndarray
    alike: float
    random: np.random.Generator
    pulls: Mapping[str, tuple[float, ...]]

    @classmethod
    def drawn(
        cls,
        cases: int,
        teams: int,
        alike: float,
        seed: int,
        *,
        slopes: float = 0.0,
        pulls: Mapping[str, tuple[float, ...]] = PULLS,
    ) -> CaseFile:
        """A file of so many cases in so many teams, whose endings correlate by ``alike`` within a team.

        With ``slopes`` other than 0 the ending is one of three, the pulls of the second being that times the first's.
        """
        random = np.random.default_rng(seed)
        team = random.choice(max(teams, 1), cases, p=random.dirichlet(np.full(max(teams, 1), 8.0)))
        leaning, team_leaning = random.normal(size=cases), random.normal(size=max(teams, 1))
        labels, odds = {}, np.full(cases, -0.1)
        for name, sizes in SIZES.items():
            mixed = random.normal(size=cases) + 0.5 * leaning + (0.5 * team_leaning[team] if teams else 0)
            place = np.searchsorted(np.cumsum(sizes)[:-1], (np.argsort(np.argsort(mixed)) + 0.5) / cases)
            labels[name] = np.array([f"{name} {letter}" for letter in "ABCD"])[place]
            odds += np.array(pulls[name])[place]
        labels["team"] = np.array([f"Team {number:02}" for number in team])
        shares = shares_of(odds, slopes, alike)
        outcome = _together(shares, team, alike, random) if not slopes else _apart(odds, slopes, team, alike, random)
        return cls(pd.DataFrame(labels), outcome, odds, shares, alike, random, pulls)

    def counts(self, *, clustered: bool) -> Counts:
        """The same as counts."""
        dimensions = ("force", "outcome", *HEADINGS)
        table = self.labels.assign(force="Kent", outcome=self.outcome)
        table = table.groupby([*dimensions], sort=True).size().rename("cases").reset_index()
        return Counts(
            name="made_up_features",
            table=table,
            dimensions=dimensions,
            coverage=Coverage(("Kent",), {date(2024, 4, 1): 12}, frozenset()),
            basis="recorded",
            sensitivity="restricted",
            source=Source("Made up", "This benchmark", "", "none", {}),
            scheme="home_office",
            offence="8Q",
            features=HEADINGS,
            fit_features=FEATURES,
            fit_cluster="team" if clustered else "",
        )

    def numbers(self) -> Released:
        """The released number of each cell."""
        return Released(self)

    def difference(self, feature: str, category: str, reference: str, slopes: float = 0.0) -> np.ndarray:
        """The true mean difference in share of each ending, every case being given the one category or the other."""
        by = dict(zip([f"{feature} {letter}" for letter in "ABCD"], self.pulls[feature], strict=False))
        without = self.odds - self.labels[feature].map(by).to_numpy()
        ends = [shares_of(without + by[one], slopes, self.alike).mean(axis=0) for one in (category, reference)]
        return np.asarray(ends[0] - ends[1])

    def unadjusted(self, feature: str, category: str, reference: str) -> float:
        """The true difference in share of withdrawal between the cases of two categories as they are."""
        of = self.labels[feature].to_numpy()
        return float(self.shares[of == category, 0].mean() - self.shares[of == reference, 0].mean())


class Released:
    """The released numbers of a file: each drawn once, as ``disclosure.drawing`` draws."""

    def __init__(self, file: CaseFile) -> None:
        self.file, self.held = file, dict[tuple[str, ...], int]()

    def __call__(self, _force: str, _offence: str, feature: str, category: str, codes: frozenset[str]) -> int | None:
        """The number of a cell, None where it is hidden."""
        key = (feature, category, *sorted(codes))
        if key not in self.held:
            is_in = np.isin(self.file.outcome, [*codes]) if codes else np.ones(len(self.file.outcome), bool)
            if feature:
                is_in &= self.file.labels[feature].to_numpy() == category
            offset = self.file.random.integers(0, CLOSED.rounding) + self.file.random.choice([-1, 1])
            self.held[key] = int(rounded(np.array([is_in.sum()]), np.array([offset]))[0])
        number = self.held[key]
        return number if number >= CLOSED.smallest else None


def shares_of(odds: np.ndarray, slopes: float, alike: float) -> np.ndarray:
    """The true shares of each ending by the log odds of the first; the second's are ``slopes`` times them, 0 for two.

    Of three endings they are the mean over all that teams may add to the log odds of either.
    """
    if not slopes:
        first = 1 / (1 + np.exp(-odds))
        return np.column_stack([first, 0.6 * (1 - first), 0.4 * (1 - first)])
    places, weights = np.polynomial.hermite_e.hermegauss(5)
    odds, each = np.unique(odds, return_inverse=True)
    weights = weights / weights.sum()
    found = sum(
        weight * other_weight * _three(odds, slopes, np.sqrt(alike / _SPREAD) * np.array([[place, other]]))
        for place, weight in zip(places, weights, strict=True)
        for other, other_weight in zip(places, weights, strict=True)
    )
    return np.asarray(found)[each]


def _three(odds: np.ndarray, slopes: float, added: np.ndarray) -> np.ndarray:
    """The shares of three endings, with what is added to the log odds of the first two."""
    columns = np.column_stack([odds, slopes * odds]) + added
    return np.asarray(softmax(np.column_stack([columns, np.zeros(len(odds))]), axis=1))


def _together(shares: np.ndarray, team: np.ndarray, alike: float, random: np.random.Generator) -> np.ndarray:
    """How cases ended, those of a team alike by a normal copula: each has its share, whatever the correlation is."""
    by = np.sin(np.pi * alike / 2)  # of normals, for cases of a half share to correlate by alike
    latent = np.sqrt(by) * random.normal(size=team.max() + 1)[team]
    latent = latent + np.sqrt(1 - by) * random.normal(size=len(team))
    first = latent <= ndtri(shares[:, 0])
    second = random.random(len(team)) < shares[:, 1] / (1 - shares[:, 0])
    return np.where(first, CODES[0], np.where(second, CODES[1], CODES[2]))


def _apart(odds: np.ndarray, slopes: float, team: np.ndarray, alike: float, random: np.random.Generator) -> np.ndarray:
    """How cases ended, one of three endings, each team adding something of its own to the log odds of either."""
    added = np.sqrt(alike / _SPREAD) * random.normal(size=(team.max() + 1, 2))[team]
    above = np.cumsum(_three(odds, slopes, added), axis=1)[:, :-1] < random.random(len(team))[:, None]
    return np.array(CODES)[above.sum(axis=1)]


def tried(draws: int) -> Iterator[Held]:
    """Each interval in each world, the adjusted ones as they are worked out and as they are printed."""
    for cases, teams, alike in WORLDS:
        files = min(draws, _FILES)
        kept: dict[str, list[bool]] = {}
        rare: dict[str, list[bool]] = {}
        for seed in range(files):
            for name, category, is_held in _held(cases, teams, alike, seed):
                kept.setdefault(name, []).append(is_held)
                if category == "relation D":
                    rare.setdefault(name, []).append(is_held)
        of = f"{cases:,} cases, " + (f"{teams} teams, correlation {alike:g}" if teams else "no teams")
        for name, found in kept.items():
            beside = f"the smallest category {100 * np.mean(rare[name]):.1f}%" if name in rare else ""
            yield Held(of, name, len(found), 0.95, float(np.mean(found)), beside=beside)
        yield from _nothing(of, cases, teams, alike, files)
        if not teams:
            yield from _widest(of, cases, files)


def _widest(of: str, cases: int, files: int) -> Iterator[Held]:
    """The limits of the widest difference that is clear, of files in which all are as wide on the scale of log odds."""
    found: list[list[bool]] = []
    for seed in range(files):
        file = CaseFile.drawn(cases, 0, 0.0, seed + 300_000, pulls=ALIKE)
        place = Place(file.counts(clustered=False), FEATURES, file.numbers(), "Kent", "8Q", "recorded")
        fit, _ = place.fit(("victim_withdrawal",))
        if fit is None:
            continue
        model = fit.model()
        columns = [
            pair for pair in model.design.columns if OTHER_CATEGORY not in (pair[1], model.design.references[pair[0]])
        ]
        figures = [model.against_reference(*pair) for pair in columns]
        clear = false_discoveries([one["p"] for one in figures]) <= 0.05
        if not clear.any():
            continue
        at = max(np.flatnonzero(clear), key=lambda one: abs(figures[one]["difference_share"]))
        (feature, category), reference = columns[at], model.design.references[columns[at][0]]
        truth = float(file.difference(feature, category, reference)[0])
        names = ("difference_share", "low_difference_share", "high_difference_share")
        row = dict(zip(names, printed_difference(figures[at]), strict=True))
        table = pd.DataFrame([{"category": category, "compared_category": reference, **row}])
        ends = [widest_limits(table, names[0], category, reference, among=among) for among in (len(columns), 1)]
        found.append([bool(low <= truth <= high) for low, high in ends])
    held, alone = np.mean(found, axis=0)
    beside = f"by its own limits {100 * alone:.1f}%"
    yield Held(of, "the widest difference, as printed", len(found), 0.95, held, 2.5, beside, is_least=True)


def _nothing(of: str, cases: int, teams: int, alike: float, files: int) -> Iterator[Held]:
    """What is said of files in which no feature goes with any ending: in how many nothing is, as should be."""
    silent: dict[str, list[bool]] = {}
    plain: dict[str, list[bool]] = {}
    for seed in range(files):
        file = CaseFile.drawn(cases, teams, alike, seed + 200_000, pulls=NOTHING)
        number = file.numbers()
        place = Place(file.counts(clustered=teams > 0), FEATURES, number, "Kent", "8Q", "recorded")
        fit, _ = place.fit(("victim_withdrawal",))
        if fit is None or place.is_unsure(fit):
            continue
        for kept, model in ((silent, fit.model()), (plain, fit.plain())):
            pairs = [model.against_reference(*column)["p"] for column in model.design.columns]
            kept.setdefault("no category is said to differ", []).append(bool((false_discoveries(pairs) > 0.05).all()))
            tests = joint_tests(model)["q_value"]
            kept.setdefault("no feature is said to add anything", []).append(bool((tests > 0.05).all()))
        if not alike and teams:
            groups = _against_expected(place, fit, number)["q_value"].dropna()
            silent.setdefault("no group is said to differ", []).append(bool((groups > 0.05).all()))
    for name, found in silent.items():
        before = f"as though nothing were rounded or alike {100 * np.mean(plain[name]):.1f}%" if name in plain else ""
        yield Held(of, name, len(found), 0.95, float(np.mean(found)), 2.5, beside=before, is_least=True)


def _held(cases: int, teams: int, alike: float, seed: int) -> Iterator[tuple[str, str, bool]]:
    """Whether each interval of one file holds: its name, the category, and whether."""
    file = CaseFile.drawn(cases, teams, alike, seed)
    number = file.numbers()
    place = Place(file.counts(clustered=teams > 0), FEATURES, number, "Kent", "8Q", "recorded")
    fit, _ = place.fit(("victim_withdrawal",))
    if fit is not None:
        model = fit.model()
        for feature, category in model.design.columns:
            reference = model.design.references[feature]
            if OTHER_CATEGORY in (category, reference):
                continue
            truth = float(file.difference(feature, category, reference)[0])
            found = model.against_reference(feature, category)
            ends = found["difference_low_share"], found["difference_high_share"]
            yield "difference, others held", category, ends[0] <= truth <= ends[1]
            low, high = printed_difference(found)[1:]
            yield "the same as printed", category, bool(low <= truth <= high)
            pull = dict(zip("ABCD", PULLS[feature], strict=False))
            ratio = float(np.exp(pull[category[-1]] - pull[reference[-1]]))
            yield "odds ratio", category, found["odds_ratio_low"] <= ratio <= found["odds_ratio_high"]
            low, high = printed_ratio(found)[1:]
            yield "odds ratio as printed", category, bool(low <= ratio <= high)
    if fit is not None and not alike:
        yield from _calibrated(place, fit, number)
    if not teams:
        yield from _alone(file, number)
    yield from _both(cases, teams, alike, seed)


def _calibrated(place: Place, fit: Any, number: Released) -> Iterator[tuple[str, str, bool]]:
    """Shares of teams, none of which differs from what the features of its cases lead to but by chance."""
    for _, row in _against_expected(place, fit, number).iterrows():
        is_held = row["low_difference_share"] <= 0 <= row["high_difference_share"]
        yield "share of a group, less that expected", row["category"], bool(is_held)


def _against_expected(place: Place, fit: Any, number: Released) -> pd.DataFrame:
    """The share of each team beside what the features of its cases lead to."""
    lead = pd.DataFrame(place.expected(fit), columns=["category", "expected_share"])
    codes = frozenset({"14", "16"}), frozenset[str]()
    rows = [[number("Kent", "8Q", "team", group, one) or 0 for one in codes] for group in lead["category"]]
    table = pd.DataFrame(rows, columns=["events", "cases"]).assign(feature="team", category=lead["category"])
    return against_expected(table.assign(share=table["events"] / table["cases"], state="shown"), lead)


def _alone(file: CaseFile, number: Any) -> Iterator[tuple[str, str, bool]]:
    """Unadjusted differences, from the released numbers alone."""
    for feature in FEATURES:
        held = {}
        for category in sorted(file.labels[feature].unique()):
            events, all_cases = (
                number("Kent", "8Q", feature, category, codes) for codes in (frozenset({"16", "14"}), frozenset())
            )
            if events is not None and all_cases is not None and all_cases > events:
                held[category] = (events, all_cases)
        if len(held) < 2:
            continue
        reference = max(held, key=lambda one: held[one][1])
        for category, counted in held.items():
            if category != reference:
                low, high = difference_interval(Two(*counted, *held[reference]), rounding=ROUNDING_VARIANCE)
                truth = file.unadjusted(feature, category, reference)
                yield "difference, this feature alone", category, low <= truth <= high


def _both(cases: int, teams: int, alike: float, seed: int) -> Iterator[tuple[str, str, bool]]:
    """Differences of all endings from one fit."""
    file = CaseFile.drawn(cases, teams, alike, seed + 100_000, slopes=-0.6)
    place = Place(file.counts(clustered=teams > 0), FEATURES, file.numbers(), "Kent", "8Q", "recorded")
    fit, _ = place.fit(("victim_withdrawal", "no_further_action"))
    if fit is None:
        return
    for _, row in together(fit).iterrows():
        reference = fit.design.references[row["feature"]]
        if OTHER_CATEGORY in (row["category"], reference):
            continue
        truth = file.difference(row["feature"], row["category"], reference, -0.6)[int(row["ending"])]
        low, high = printed_limits(row["low"], row["high"])
        yield "difference of every ending at once, as printed", row["category"], bool(low <= truth <= high)
