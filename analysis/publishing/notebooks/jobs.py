"""What a run was asked for: values that are there, where its report belongs, what it is about, and in what form.

Loads no more than it needs, so that a mistake is refused in about a second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from analysis.counts import counts, narrowing
from analysis.errors import DataRefused, ParameterError
from analysis.publishing.about.publisher import NOBODY, Publisher
from analysis.publishing.notebooks import notebooks
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.placing import places
from analysis.questions.association.case_features import case_features
from analysis.reference import definitions, measures, periods, reference
from analysis.reference.names import in_sentence
from analysis.safe_words import slug

FORMATS = ("page", "pdf", "workbook")  # of a report; its results for machines and its manifest come with any
_MANY = ("force", "period", "outcome", "first_outcome", "lag")  # what coverage, or nothing here, asks of the rows
_LONGEST = 60  # characters of a value in a folder's name


@dataclass(frozen=True)
class Form:
    """In what form reports are wanted, whatever they are about."""

    formats: tuple[str, ...]  # what a report is to have, of FORMATS
    is_draft: bool = False  # whether it is a draft, of a notebook that nothing held to the rules
    publisher: Publisher = NOBODY  # who publishes it


def checked(notebook: Notebook, given: dict[str, Any]) -> dict[str, Value]:
    """The values a notebook will run with: those that were ``asked`` for, as they are ``meant``.

    Parameters
    ----------
    notebook
        The notebook.
    given
        The values that are asked for, by the name of the parameter.

    Returns
    -------
    dict[str, Value]
        A value for every parameter.

    Raises
    ------
    ParameterError
        As ``asked`` does.
    """
    return meant(asked(notebook, given))


def meant(values: dict[str, Value]) -> dict[str, Value]:
    """The same report in the values that name it.

    All forces of counts that hold one force are that force, and all the time of published counts that hold one
    financial year is that year.

    Parameters
    ----------
    values
        The values of its parameters.

    Returns
    -------
    dict[str, Value]
        A value for every parameter.
    """
    if "counts" not in values:
        return values
    counted, named = about_counts(str(values["counts"])), dict(values)
    if named.get("force") == "all" and len(counted.forces) == 1:
        named["force"] = counted.forces[0]
    span = counted.coverage.span
    if named.get("period") == "all" and counted.sensitivity == "published" and not counted.lag_unit:
        named["period"] = span.label if span.label == periods.financial_year(span.first) else "all"
    return named


def asked(notebook: Notebook, given: dict[str, Any]) -> dict[str, Value]:
    """The values that are asked for, each of them something that is there. They are checked before a kernel starts.

    A name that stands for the newest counts held comes back as the set that it means now (``counts.latest``), and that
    of a set beside which another was made that the notebook needs, by time to outcome or by features, as that other.
    Features and cluster that nobody names are those of the regression that was released.

    Forces of a ``group`` come back under their own names, in their order; they need not be in the counts. So do several
    forces, a base under its name in records, a period and a measure of one's own: what names a report has one form.

    Parameters
    ----------
    notebook
        The notebook.
    given
        The values that are asked for, by the name of the parameter.

    Returns
    -------
    dict[str, Value]
        A value for every parameter.

    Raises
    ------
    ParameterError
        With the nearest right name, for an unknown parameter, a value of the wrong kind, and a force or nation,
        offence, crime type, period, measure, base, set of counts, feature or cluster that does not exist; for a base
        that the counts cannot tell or that leaves out all of the measure, and an offence or crime type that they are
        not kept by.
    """
    values = notebook.values(given)
    if "counts" in values:
        values["counts"] = counts.set_beside(counts.stands_for(str(values["counts"])), notebook.uses)
    for name in ("force", "period", "crime_type"):
        if str(values.get(name, "")).strip().casefold() == "all":
            values[name] = "all"
    if values.get("period", "all") != "all":
        values["period"] = periods.called(periods.named(str(values["period"])))
    if "base" in values:
        values["base"] = measures.base(str(values["base"])).name
    if "force" in values and values["force"] != "all":
        values["force"] = reference.place_named(str(values["force"]))
    if "group" in values:
        _group(values, notebook)
    if notebook.is_of_each_force:
        _one_force(values, notebook)
    if "offence" in values:
        values["offence"] = _offence(str(values["offence"]), notebook)
    if "counts" in values:
        _fit_if_not_given(values, given)
        _held_there(values, notebook)
        _kept_by(given, str(values["counts"]))
    return values


def _fit_if_not_given(values: dict[str, Value], given: dict[str, Any]) -> None:
    """Have features and cluster be those of the regression that was released, where nobody names them."""
    counted = about_counts(str(values["counts"]))
    if "features" not in values or not counted.features:
        return
    if "cluster" not in given:
        values["cluster"] = counted.fit_cluster
    if "features" not in given:
        names = counted.fit_features or [name for name in counted.features if name != values["cluster"]]
        values["features"] = ", ".join(names)


def _kept_by(given: dict[str, Any], name: str) -> None:
    """Refuse an offence that somebody asked for of counts by crime type, or a crime type of counts by offence."""
    counted = about_counts(name)
    strange = "offence" if "crime_type" in counted.dimensions else "crime_type"
    value = str(given.get(strange, narrowing.ALL))
    if value.strip().casefold() != narrowing.ALL:
        raise narrowing.not_kept(counted, **{strange: value})


def _group(values: dict[str, Value], notebook: Notebook) -> None:
    """Name the forces of a group as they are called, and refuse a notebook about one force that is given several.

    The order of a group makes no difference, and nor does the force itself in it.
    """
    called, members = reference.group_named(str(values["group"]))
    values["group"] = ", ".join(sorted({*members} - {values.get("force")}))
    if called:  # which is of all its forces
        values["group"] = called if called in reference.NATIONS else f"{called}: {', '.join(members)}"
    if _is_several(values.get("force")):
        raise ParameterError(
            f"{notebook.name} sets one force against the others. Name it: 'attrition list forces' shows all "
            f"{len(reference.forces())}."
        )


def _is_several(force: Value | None) -> bool:
    """Whether the force that is asked for is several: all, those of a nation, or a group."""
    return force in ("all", *reference.NATIONS) or reference.is_group(str(force))


def _one_force(values: dict[str, Value], notebook: Notebook) -> None:
    """Refuse several forces to a notebook that is about one; "all" of counts that hold one force is that force."""
    force = values.get("force")
    is_alone = force == "all" and len(about_counts(str(values.get("counts", ""))).forces) == 1
    if _is_several(force) and not is_alone:
        raise ParameterError(
            f"{notebook.name} is about one force, beside all of them. Name it: 'attrition list forces' shows all "
            f"{len(reference.forces())}. 'attrition report --only {notebook.name}' makes it for each; of all forces "
            "together, victim_withdrawal and journey tell."
        )


def _offence(asked: str, notebook: Notebook) -> str:
    """What the offences that are asked for are called; several are refused to a notebook that is about one."""
    called, codes = reference.offences_called(asked), reference.offences_named(asked)
    if notebook.takes_several:
        return called
    if len(codes) != 1:
        several = [each.name for each in map(notebooks.notebook, notebooks.SUITE) if each.takes_several]
        raise ParameterError(
            f"'{called[:80]}' is several offences, and {notebook.name} is about one. Name it: 'attrition list "
            f"offences' shows all. {', '.join(several)} take several."
        )
    return next(iter(codes))


def _held_there(values: dict[str, Value], notebook: Notebook) -> None:
    """Refuse counts that the notebook cannot read, and what they do not hold."""
    counted = about_counts(str(values["counts"]))
    _USES[notebook.uses](counted, notebook)
    _measure(values, counted)
    _base(values, counted)
    if "features" in values:
        case_features(counted, str(values["features"]), cluster=str(values.get("cluster", "")))
    asked = {name: str(values[name]) for name in ("force", "offence", "period") if name in values}
    if "crime_type" in values:
        kind, offence = str(values["crime_type"]), asked.pop("offence", narrowing.ALL)
        chosen = narrowing.narrowed(counted, crime_type=kind, offence=offence).selection
        values["crime_type"] = chosen.get("crime_type", kind)
    status = _status(str(values["counts"]))
    for dimension, value in asked.items():
        _check_held(str(values["counts"]), dimension, value, *status)


def _measure(values: dict[str, Value], counted: counts.Counts) -> None:
    """Refuse a measure that is not in the catalogue, that the counts cannot tell, or of which the base has nothing."""
    if "measure" not in values:
        return
    wanted = definitions.measure(str(values["measure"]))
    values["measure"] = wanted.name
    if not wanted.codes(counted.scheme):
        able = ", ".join(measures.told_by(counted.scheme)) or "none"
        raise ParameterError(
            f"Counts '{counted.name}' cannot tell {values['measure']}. Measures that they can tell: {able}."
        )
    base = str(values.get("base", "recorded"))
    if fault := measures.nothing_left(wanted, measures.base(base), counted.scheme):
        raise ParameterError(fault)
    if measures.is_own(wanted.name):
        from analysis.shares.rates import check_told  # which loads what counts, and few ask for their own

        check_told(counted, wanted, base=base)


def _base(values: dict[str, Value], counted: counts.Counts) -> None:
    """Refuse a base that the outcomes of the counts cannot tell."""
    if "base" in values and counted.scheme:
        measures.base(str(values["base"])).leaves_out(counted.scheme)


def _series(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that are not kept by month or quarter to a notebook that follows a measure over time."""
    lengths = set(counted.coverage.periods.values())
    if not {"outcome", "force", "period"} <= set(counted.dimensions) or counted.lag_unit or lengths not in ({1}, {3}):
        raise _unfit(counted, notebook, "are not outcomes by month or by quarter")


def _ledger(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts without a reading ledger to a notebook that is about the reading."""
    if not any(name.endswith(".ledger.json") for name in counted.source.files):
        raise _unfit(counted, notebook, "have no reading ledger", ": they were not made by 'attrition reduce'")


def _lags(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that do not say how long cases took to a notebook that follows them."""
    if not counted.lag_unit or not {"force", "period"} <= set(counted.dimensions):
        advice = ". Use a set that 'attrition reduce' made of files with the dates of outcomes"
        raise _unfit(counted, notebook, "do not say how long cases took", advice)


def _features(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts without features of cases to a notebook that compares them."""
    if not counted.features:
        advice = ". Use a set that 'attrition reduce' made with features in its mapping"
        raise _unfit(counted, notebook, "hold no features of cases", advice)


def _outcomes(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that cannot give shares by force and period to a notebook that shows these."""
    if "outcome" not in counted.dimensions or not measures.measure("victim_withdrawal").codes(counted.scheme):
        raise _unfit(counted, notebook, "do not hold outcomes by Home Office type")
    _by_force(counted, notebook)


def _by_force(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that are not outcomes by force and period; whether they can tell the measure is asked of it."""
    if "outcome" not in counted.dimensions or not counted.scheme:
        raise _unfit(counted, notebook, "do not hold outcomes")
    if counted.lag_unit or not {"force", "period"} <= set(counted.dimensions):
        raise ParameterError(
            f"Counts '{counted.name}' are by {', '.join(counted.dimensions)}, for another question than "
            f"{notebook.name} asks. Use the set without an ending. {_SEE}"
        )


def _recorded(counted: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that do not hold every case recorded in a period to a notebook that follows these."""
    _outcomes(counted, notebook)
    if counted.basis != "recorded":
        raise ParameterError(
            f"Counts '{counted.name}' are not of cases recorded in a period, which {notebook.name} follows: basis "
            f"'{counted.basis}'. {_SEE}"
        )


def _unfit(counted: counts.Counts, notebook: Notebook, lacking: str, advice: str = "") -> ParameterError:
    """The refusal of counts that lack what a notebook needs."""
    return ParameterError(f"Counts '{counted.name}' {lacking}, which {notebook.name} needs{advice}. {_SEE}")


_SEE = "'attrition list counts' shows all sets."

_USES = {
    "outcomes": _outcomes,
    "any outcomes": _by_force,
    "recorded": _recorded,
    "series": _series,
    "times": _lags,
    "features": _features,
    "ledger": _ledger,
}


def about_counts(name: str) -> counts.Counts:
    """What a set of counts is about, with few of its rows: enough to check hundreds of jobs quickly.

    Read once, and again when the file changes.

    Parameters
    ----------
    name
        The name of the set.

    Returns
    -------
    counts.Counts
        Its coverage and dimensions.

    Raises
    ------
    AttritionError
        As reading counts does.
    """
    return _about(name, *_status(name))


def _status(name: str) -> tuple[int, int]:
    """What changes when the file of a set of counts does."""
    status = counts.path_of(name).stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=32)
def _about(name: str, *_: int) -> counts.Counts:
    counted = counts.read(name)
    kept = [dimension for dimension in counted.dimensions if dimension not in _MANY]
    if counted.is_released:
        return counted
    return replace(counted, table=counted.table.drop_duplicates(kept) if kept else counted.table.head(1))


@lru_cache(maxsize=4096)
def _check_held(name: str, dimension: str, value: str, *_: int) -> None:
    """Refuse a force, offence or period that counts do not hold; asked once of each, whatever it is combined with."""
    part = about_counts(name).select(**{dimension: value})
    if dimension != "offence":
        part.check_released()


def is_restricted(notebook: Notebook, values: dict[str, Value]) -> bool:
    """Whether a report is restricted: some of the counts that its notebook reads with these values are.

    Counts that cannot be read are taken for restricted, unless they are the project's own: nobody can tell.

    Parameters
    ----------
    notebook
        The notebook.
    values
        The values of its parameters.

    Returns
    -------
    bool
        False for a notebook that reads no counts.
    """
    return any(_is_restricted(name) for name in notebook.reads(values) & set(counts.available()))


def _is_restricted(name: str) -> bool:
    try:
        return about_counts(name).sensitivity == "restricted"
    except DataRefused:
        return name not in counts.BUNDLED


def folder_of(notebook: Notebook, values: dict[str, Value]) -> Path:
    """Where a report belongs below the output folder: victim_withdrawal/force-kent_2024-04_2025-03.

    A restricted one belongs among its like: restricted/victim_withdrawal/force-kent_2024-04_2025-03.

    Parameters
    ----------
    notebook
        The notebook.
    values
        The values of its parameters.

    Returns
    -------
    Path
        A path without the output folder.
    """
    parts = []
    if "force" in values:
        parts.append(f"force-{_slug(values['force'])}")
    if "period" in values:
        parts.append("all" if values["period"] == "all" and "counts" not in values else _span(values).folder)
    for name, value in _unusual(notebook, values, but=("force", "period")):
        parts.append(f"{name.replace('_', '-')}-{_slug(value) or 'none'}")
    place = Path(places.RESTRICTED) if is_restricted(notebook, values) else Path()
    return place / notebook.name / ("_".join(parts) or "report")


def _unusual(notebook: Notebook, values: dict[str, Value], *, but: Collection[str]) -> Iterator[tuple[str, Value]]:
    """The parameters, ``but`` for some, that are not as the notebook has them by default."""
    defaults = {parameter.name: parameter.default for parameter in notebook.parameters}
    if "counts" in defaults:
        defaults["counts"] = counts.stands_for(str(defaults["counts"]))
    yield from ((name, value) for name, value in values.items() if name not in but and value != defaults[name])


def subject(values: dict[str, Value]) -> str:
    """What a report is about, for its title line and the index: "Kent, stalking, 2024/25".

    Parameters
    ----------
    values
        The values of its parameters.

    Returns
    -------
    str
        Words with commas between them.
    """
    parts = [place(values)] if place(values) else []
    name = _kind_of_crime(values)
    if name:
        parts.append(in_sentence(name))
    if "counts" in values:
        parts.append(_span(values).label)
    if values.get("measure", "victim_withdrawal") != "victim_withdrawal":
        short = measures.measure(str(values["measure"])).short
        parts.append(in_sentence(short))
    if values.get("base", "recorded") != "recorded":
        parts.append(f"out of {measures.base(str(values['base'])).short}")
    return ", ".join(parts)


def particulars(notebook: Notebook, values: dict[str, Value]) -> str:
    """What tells a report from others of its notebook and ``subject``: parameters that no subject names, where they are
    not as they usually are ("group Essex, Kent").

    Parameters
    ----------
    notebook
        The notebook.
    values
        The values of its parameters.

    Returns
    -------
    str
        Words with commas between them, or "".
    """
    in_subject = ("force", "period", "offence", "crime_type", "measure", "base")
    group = str(values.get("force", ""))
    members = reference.places_in_words(reference.forces_of(group)) if reference.is_group(group) else ""
    others = _unusual(notebook, values, but=in_subject)
    named = [f"{name.replace('_', ' ')} {value or 'none'}" for name, value in others]
    return ", ".join([*([members] if members and members != reference.label_of(group) else []), *named])


def span(values: dict[str, Value]) -> periods.Period | None:
    """The months that a report covers, where it is of one set of counts.

    Parameters
    ----------
    values
        The values of its parameters.

    Returns
    -------
    periods.Period or None
        None for a notebook that takes no counts.
    """
    return _span(values) if "counts" in values else None


def place(values: dict[str, Value]) -> str:
    """The force that a report is about, or what those that sent anything in its period are called; "" for neither.

    "England and Wales" is every force: "40 of 44 police forces", "2 police forces (Essex, Kent)" are some.

    Parameters
    ----------
    values
        The values of its parameters.

    Returns
    -------
    str
        A name, or "".
    """
    from analysis.presentation import wording  # which loads what counts, and a refusal needs none of it

    force = str(values.get("force", "all"))
    if force != "all":
        return reference.label_of(force)
    if "counts" not in values:
        return "England and Wales" if "force" in values else ""
    counted = about_counts(str(values["counts"]))
    return wording.place_name(replace(counted, coverage=counted.coverage.select(within=_span(values))).place)


def _kind_of_crime(values: dict[str, Value]) -> str:
    """The offence or crime type that a report is about, and that it is not of stalking alone; "" where nobody says."""
    from analysis.presentation import wording

    code = str(values.get("offence", ""))
    if "counts" not in values or (code and "crime_type" not in values):
        return _offences_in_words(code)
    counted = about_counts(str(values["counts"]))
    if "crime_type" in values and "crime_type" in counted.dimensions:
        crime = narrowing.narrowed(counted, crime_type=str(values["crime_type"])).crime
        return f"{crime} (not stalking alone)" if wording.holds_stalking(crime) else crime
    if code:
        return _offences_in_words(code)
    return counted.crime if len(counted.offences) == 1 else ""


def _offences_in_words(called: str) -> str:
    """What offences are called in a title: the name of one, "all offences", or a list; "" where there is none."""
    names = reference.offences()
    parts = called.split(", ")
    if all(part in names for part in parts):
        return reference.offences_in_words(parts)
    return (
        "all offences" if called == "all" else " and ".join(names.get(part, part.replace("_", " ")) for part in parts)
    )


def _span(values: dict[str, Value]) -> periods.Period:
    named = values.get("period", "all")
    return about_counts(str(values["counts"])).coverage.span if named == "all" else periods.named(str(named))


def _slug(value: object) -> str:
    """A value as a folder's name may have it; a long list is cut and told apart by a digest.

    So is one with a name of somebody's own before a colon: what is a comma in one may be a space in another.
    """
    plain, is_own = slug(str(value)), ": " in str(value)
    if len(plain) <= _LONGEST and not is_own:
        return plain
    digest = sha256((str(value) if is_own else plain).encode()).hexdigest()[:8]
    return f"{plain[:_LONGEST].strip('-')}-{digest}"
