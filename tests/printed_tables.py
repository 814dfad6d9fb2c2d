"""Tables as others print them, made from the project's own figures: with a fault of each kind, and without any.

Nothing here knows how faults are found. What is wrong with a table is done to it as it happens: a look-up that slips, a
year added twice, a formula pulled down the wrong column.
"""

import csv
import random
from functools import cache
from itertools import chain

import pandas as pd

from analysis.counts import counts
from analysis.reference import reference

TERRITORIAL = tuple(row["force"] for row in reference.force_rows() if row["kind"] == "territorial")
YEARS = range(2000, 2030)
OUTCOMES = {"1": "charged", "14": "withdrew", "16": "withdrew", "15": "evidential", "0": "open"}


def year_name(year):
    return f"{year}/{(year + 1) % 100:02d}"


@cache
def _recorded():
    held = counts.read("stalking_recorded").table
    first = pd.to_datetime(held["period"]).dt
    return held.assign(year=first.year - (first.month < 4))


@cache
def _offences():
    held = counts.read("offences_2024_25").table
    return held.assign(ending=held["outcome"].map(OUTCOMES).fillna("other"))


def offences():
    """Those of which the publisher corrected no count to below zero."""
    held = _offences()
    return sorted(set(held["offence"]) - set(held.loc[held["cases"] < 0, "offence"]))


def recorded(offence, years, forces=TERRITORIAL):
    """Cases recorded, a row a force, a column a year (a whole number)."""
    held = _recorded()
    held = held[(held["offence"] == offence) & held["force"].isin(forces) & held["year"].isin(list(years))]
    return held.pivot_table(index="force", columns="year", values="cases", aggfunc="sum")


def endings(offence="8Q", forces=TERRITORIAL):
    """Cases by ending in 2024/25, a row a force: recorded, decided, charged, withdrew, evidential, open."""
    held = _offences()
    held = held[(held["offence"] == offence) & held["force"].isin(forces)]
    wide = held.pivot_table(index="force", columns="ending", values="cases", aggfunc="sum", fill_value=0)
    wide = wide.reindex(list(forces), fill_value=0).clip(lower=0)
    wide = wide.reindex(columns=["charged", "withdrew", "evidential", "open", "other"], fill_value=0)
    wide["recorded"] = wide.sum(axis=1)
    wide["decided"] = wide["recorded"] - wide["open"]
    return wide


def share(part, whole, style="12.3%"):
    """A share as it is printed in one of the usual ways; blank where there was nothing to divide."""
    if not whole:
        return ""
    ways = {
        "12.3%": f"{100 * part / whole:.1f}%",
        "12%": f"{100 * part / whole:.0f}%",
        "12.3": f"{100 * part / whole:.1f}",
    }
    ways |= {"0.123": f"{part / whole:.3f}", "0.12": f"{part / whole:.2f}", "12": f"{100 * part / whole:.0f}"}
    return ways[style]


def with_shares(offence="8Q", style="12.3%", *, total=False):
    """A table of a year: force, recorded, three endings, and their shares of recorded."""
    wide = endings(offence)[["recorded", "charged", "withdrew", "evidential"]].reset_index()
    if total:
        wide.loc[len(wide)] = ["Total", *wide.iloc[:, 1:].sum()]
    for name in ("charged", "withdrew", "evidential"):
        wide[f"{name} %"] = [share(a, b, style) for a, b in zip(wide[name], wide["recorded"], strict=True)]
    return wide


def wide_years(table):
    """Years across, with their names."""
    return table.rename(columns={year: year_name(year) for year in table.columns if year in YEARS}).reset_index()


def long_years(table, name="offences"):
    """A row a force and year."""
    held = table.stack().rename(name).reset_index()
    return held.assign(year=[year_name(year) if year in YEARS else year for year in held["year"]])


def without_names(table):
    """The same of places that no suite knows."""
    return table.set_axis([f"Area {number}" for number in range(len(table))], axis=0).rename_axis("area")


def slipped(values, at):
    """A column from which one cell fell out, so that all below it moved up."""
    held = list(values)
    return [*held[:at], *held[at + 1 :], held[at]]


def _copied_share():
    return with_shares().assign(**{"charged %": with_shares()["withdrew %"]})


def _copied_alone(style, show):
    held = with_shares("8N", style)[["force", "charged %", "withdrew %"]]
    return held.assign(**{"charged %": [show(one) for one in held["withdrew %"]]})


def _copied_count():
    return with_shares("5D").assign(charged=with_shares("5D")["withdrew"])


def _copied_and_rounded():
    held = with_shares("105A", "0.123")
    return held.assign(**{"evidential %": [f"{float(one):.2f}" for one in held["charged %"]]})


def _year_times(offence, years, year, factor):
    held = recorded(offence, years)
    held[year] *= factor
    return held


def _force_doubled():
    held = recorded("8R", range(2017, 2024))
    held.loc["Kent"] *= 2
    return long_years(held)


def _share_slipped():
    held = with_shares()
    held["charged %"] = slipped(held["charged %"], 10)
    return held


def _counts_slipped():
    held = with_shares("8N")
    held["charged"] = slipped(held["charged"], 15)
    return held


def _year_slipped(*, named):
    held = recorded("8Q", range(2018, 2025))
    held[2021] = slipped(held[2021], 12)
    return wide_years(held if named else without_names(held))


def _wrong_shares():
    held = with_shares("104")
    for row in (4, 20, 33):
        held.loc[row, "withdrew %"] = f"{float(held.loc[row, 'withdrew %'][:-1]) + 7:.1f}%"
    return held


def _percent_among_fractions():
    held = with_shares(style="0.123")
    held.loc[5:13, "withdrew %"] = [f"{100 * float(one):.1f}" for one in held.loc[5:13, "withdrew %"]]
    return held


def _fractions_alone():
    held = with_shares()[["force", "withdrew %"]].copy()
    held.loc[5:13, "withdrew %"] = [f"{float(one[:-1]) / 100:.3f}" for one in held.loc[5:13, "withdrew %"]]
    return held


def _thousands():
    held = recorded("8L", range(2016, 2024)).astype(object)
    held[2021] = [f"{one / 1000:.1f}" for one in held[2021]]
    return wide_years(held)


def _total(by):
    held = wide_years(recorded("8L", range(2016, 2022)))
    held.loc[len(held)] = ["Total", *held.iloc[:, 1:].sum()]
    held.loc[len(held) - 1, "2018/19"] += by
    return held


def _total_of_one_year():
    held = with_shares("8N", total=True)
    held.loc[len(held) - 1, "charged"] += 1000
    held.loc[len(held) - 1, "charged %"] = ""
    return held


def _zeros(*forces, named):
    held = recorded("8Q", range(2016, 2024))
    held.loc[list(forces), 2019] = 0
    return wide_years(held if named else without_names(held))


def _two_editions():
    """The first forces from recorded crime, the others from an earlier edition's outcomes."""
    earlier = counts.read("stalking_charged_2015_2020").table
    earlier = earlier.assign(year=pd.to_datetime(earlier["period"]).dt.year)
    earlier = earlier.pivot_table(index="force", columns="year", values="cases", aggfunc="sum").dropna()
    years = range(2015, 2020)
    held = recorded("8Q", years, tuple(earlier.index))
    held.iloc[20:] = earlier.loc[held.index[20:], list(years)]
    return wide_years(held.astype(int))


def _row_twice():
    held = with_shares()
    return pd.concat([held.iloc[:20], held.iloc[[7]], held.iloc[20:]])


def _row_under_another_label():
    held = with_shares("8N")
    held.iloc[30, 1:] = held.iloc[12, 1:]
    return held


def _year_twice():
    held = recorded("8L", range(2016, 2022))
    held[2019] = held[2018]
    return wide_years(held)


def _rows_exchanged():
    held = recorded("8Q", range(2016, 2024))
    held.loc[["Kent", "Dorset"], 2020] = held.loc[["Dorset", "Kent"], 2020].to_numpy()
    return wide_years(held)


def _changes():
    held = recorded("8Q", (2020, 2021))
    held["change"] = held[2021] - held[2020]
    held.loc[["Essex", "Kent", "Surrey"], "change"] += 40
    return wide_years(held)


def percentage_changes(*wrong):
    """Two years and the change in per cent, that of some rows ten points too high."""
    held = recorded("8Q", (2020, 2021))
    held["% change"] = [f"{100 * row[2021] / row[2020] - 100 + 10 * (at in wrong):.1f}%" for at, row in held.iterrows()]
    return wide_years(held)


def _changes_from_nothing():
    held = recorded("8Q", (2020, 2021)).astype(object)
    held["change"] = held[2021] - held[2020]
    held.loc[["Kent", "Surrey"], "change"] = held.loc[["Kent", "Surrey"], 2021]
    held.loc[["Kent", "Surrey"], 2020] = ""
    return wide_years(held)


def _total_of_times():
    held = recorded("8Q", range(2018, 2023))
    held["Total"] = held.sum(axis=1)
    held.loc["Kent", "Total"] -= 700
    return long_years(held)


def with_total(name):
    """Recorded cases of three offences by force, and their sum."""
    held = pd.DataFrame({f"offence {one}": endings(one)["recorded"] for one in ("8L", "8N", "8Q")})
    return held.assign(**{name: held.sum(axis=1)})


def _total_of_labels():
    held = with_total("All offences")
    held.loc["Kent", "All offences"] -= held.loc["Kent", "offence 8N"]
    return held.rename_axis("offence", axis=1).stack().rename("crimes").reset_index()


def _column_of_totals():
    held = with_total("total")
    held.loc["Essex", "total"] += 900
    held.loc["Kent", "total"] += 1
    return held.reset_index()


def _totals_of_each_time():
    held = pd.concat([recorded(one, (2020, 2021)).add_prefix(f"{one} ") for one in ("8L", "8M")], axis=1)
    for year in (2020, 2021):
        held[f"total {year}"] = held[[f"8L {year}", f"8M {year}"]].sum(axis=1)
    held.loc["Kent", "total 2021"] += 60
    named = {name: f"{name[:-4]}{year_name(int(name[-4:]))}" for name in held.columns}
    return (
        held.rename(columns=named)
        .rename(columns=lambda name: name.replace("8L", "harassment").replace("8M", "letters"))
        .reset_index()
    )


def _one_total():
    held = wide_years(recorded("8L", (2021,)))
    held.loc[len(held)] = ["Total", round(1.3 * held["2021/22"].sum())]
    return held


def _charged(offence="104"):
    return with_shares(offence)[["force", "recorded", "charged", "charged %"]].astype(object)


def _parts_above_their_whole():
    held = _charged()
    for row in (5, 9):
        held.loc[row, "charged"] = held.loc[row, "recorded"] + 20
        held.loc[row, "charged %"] = share(held.loc[row, "charged"], held.loc[row, "recorded"])
    return held


def _shares_of_nothing():
    held = without_names(_charged().set_index("force"))
    held.iloc[[5, 9], 0], held.iloc[[5, 9], 2] = 0, "100.0%"
    return held.reset_index().drop(columns="charged").assign(charged=held["charged"].tolist())


def _shares_without_counts():
    held = _charged("8Q")
    held.loc[[4, 8], "charged"] = ""
    return held


def _copied_where_blank():
    held = recorded("8Q", (2018, 2020, 2022)).astype(object)
    held.iloc[3:12, 1], held.iloc[3:12, 2] = held.iloc[3:12, 0], ""
    return wide_years(held)


def _two_columns(change):
    """Harassment and malicious communications by force and year, after a change of the second in 2019."""
    first, second = (recorded(offence, range(2017, 2022)) for offence in ("8L", "8M"))
    second[2019] = change(first[2019], second[2019])
    return long_years(first, "harassment").assign(malicious=long_years(second, "malicious")["malicious"])


def _copied_share_in_part():
    held = with_shares()
    held.loc[10:20, "charged %"] = held.loc[10:20, "withdrew %"]
    return held


def _row_twice_in_two_editions():
    held = _charged("8Q").drop(columns="charged %")
    return pd.concat([held, held.iloc[[7]].assign(recorded=held.iloc[7]["recorded"] + 9)])


def _far_from_the_suite():
    held = recorded("8Q", range(2018, 2023))
    held.loc["Kent", 2020] += 4000
    return wide_years(held)


def _far_in_one_quarter():
    held = counts.read("stalking_2024_25").select(force=list(TERRITORIAL)).table
    held = held.pivot_table(index="force", columns="period", values="cases", aggfunc="sum")
    held.columns = [f"2024/25 Q{number}" for number in range(1, 5)]
    held.loc["Kent", "2024/25 Q3"] += 1000
    return held.reset_index()


def faulty():
    """Every fault by name: its kind, and what makes the table."""
    swap = {"charged": "withdrew", "withdrew": "charged"}
    swap_shares = {f"{one} %": f"{other} %" for one, other in swap.items()}
    return {
        "a share that is another's": ("copied_column", _copied_share),
        "a count that is another's": ("copied_column", _copied_count),
        "a share that is another's, rounded": ("copied_column", _copied_and_rounded),
        "a share that is another's, no counts": ("copied_column", lambda: _copied_alone("12.3%", str)),
        "a share that is another's, rounded, no counts": (
            "copied_column",
            lambda: _copied_alone("0.123", lambda one: f"{float(one):.2f}"),
        ),
        "a year doubled": ("multiplied", lambda: wide_years(_year_times("8Q", range(2015, 2022), 2018, 2))),
        "a year trebled": ("multiplied", lambda: long_years(_year_times("8L", range(2015, 2023), 2020, 3))),
        "a year a hundredfold": ("multiplied", lambda: wide_years(_year_times("8Q", range(2015, 2022), 2018, 100))),
        "a force doubled": ("multiplied", _force_doubled),
        "a year missing": ("missing_time", lambda: wide_years(recorded("8L", range(2013, 2021)).drop(columns=2017))),
        "two years missing": (
            "missing_time",
            lambda: wide_years(recorded("8L", range(2013, 2021)).drop(columns=[2017, 2018])),
        ),
        "a force missing": ("missing_force", lambda: with_shares("8N").drop(index=17)),
        "a row missing": ("missing_row", lambda: long_years(recorded("8L", range(2012, 2022))).drop(index=57)),
        "shares slipped": ("slipped_rows", _share_slipped),
        "counts slipped": ("slipped_rows", _counts_slipped),
        "a year slipped": ("slipped_rows", lambda: _year_slipped(named=True)),
        "a year slipped of unknown places": ("slipped_rows", lambda: _year_slipped(named=False)),
        "two rows exchanged": ("slipped_rows", _rows_exchanged),
        "shares that do not follow": ("share", _wrong_shares),
        "percentages among fractions": ("units", _percent_among_fractions),
        "fractions among percentages, no counts": ("units", _fractions_alone),
        "a year in thousands": ("units", _thousands),
        "a total of many years": ("total", lambda: _total(-900)),
        "a total of one year": ("total", _total_of_one_year),
        "zeros of large forces": ("zero", lambda: _zeros("Metropolitan Police", "Kent", named=True)),
        "a zero of a large force": ("zero", lambda: _zeros("Kent", named=True)),
        "zeros of unknown places": ("zero", lambda: _zeros("Metropolitan Police", "Kent", named=False)),
        "two editions": ("two_editions", _two_editions),
        "a row twice": ("repeated_row", _row_twice),
        "a row under another label": ("repeated_row", _row_under_another_label),
        "a year that is another's": ("copied_time", _year_twice),
        "counts under each other's names": ("swapped_labels", lambda: with_shares().rename(columns=swap)),
        "changes that do not follow": ("total", _changes),
        "percentage changes that do not follow": ("share", lambda: percentage_changes("Essex", "Kent", "Surrey")),
        "changes from what is absent": ("zero", _changes_from_nothing),
        "a total of all times": ("total", _total_of_times),
        "a total of all labels": ("total", _total_of_labels),
        "a column of totals": ("total", _column_of_totals),
        "a column of totals of each time": ("total", _totals_of_each_time),
        "the only total": ("total", _one_total),
        "parts above their whole": ("above_whole", _parts_above_their_whole),
        "shares of nothing": ("share_of_nothing", _shares_of_nothing),
        "shares without their counts": ("share", _shares_without_counts),
        "a count that is another's where a third is blank": ("copied_column", _copied_where_blank),
        "a count that is another's in one year": ("copied_column", lambda: _two_columns(lambda one, _: one)),
        "a share that is another's in part": ("copied_column", _copied_share_in_part),
        "a column of one year doubled": ("multiplied", lambda: _two_columns(lambda _, other: 2 * other)),
        "a row twice, in two editions": ("two_editions", _row_twice_in_two_editions),
        "a count far from the suite's": ("differs", _far_from_the_suite),
        "a count of one quarter far from the suite's": ("differs", _far_in_one_quarter),
        "shares under each other's names": ("swapped_labels", lambda: with_shares().rename(columns=swap_shares)),
    }


# ------------------------------------------------------------------------------------------------ without a fault


def some_forces(chance):
    """All forces, those of England and Wales without the railways' one, or a few."""
    which = chance.choice(["all", "territorial", "some", "some", "wales"])
    if which == "some":
        return tuple(sorted(chance.sample(reference.forces(), chance.randint(3, 36))))
    wales = tuple(row["force"] for row in reference.force_rows() if row["nation"] == "Wales")
    return {"all": tuple(reference.forces()), "territorial": TERRITORIAL, "wales": wales}[which]


def clean(seed):
    """A table without a fault, as rows of text with a header: of some forces, years, offences, in some layout."""
    chance = random.Random(seed)
    return chance.choice([clean_years, clean_years, clean_shares, clean_shares, clean_offences])(chance)


def clean_years(chance):
    """Recorded cases by force and year, wide or long, rounded or not, with or without a total."""
    offence, first = chance.choice([("8L", 2012), ("8M", 2012), ("8Q", 2014), ("8R", 2017)])
    start = chance.randint(first, 2023)
    unit = chance.choice([1, 1, 1, 5, 10, 100])
    held = recorded(offence, range(start, chance.randint(start, 2024) + 1), some_forces(chance))
    held = (held / unit).round().astype(int) * unit
    number = "{:,}".format if chance.random() < 0.3 else str
    if chance.random() < 0.5:
        long = [
            [force, year_name(year), number(held.loc[force, year])] for force in held.index for year in held.columns
        ]
        return [["police_force", "year", "offences"], *long]
    rows = [["Force", *map(year_name, held.columns)], *([f, *map(number, held.loc[f])] for f in held.index)]
    if chance.random() < 0.5:
        label = chance.choice(["Total", "All forces"])
        rows.append([label, *(number(one) for one in held.sum())])
    return rows


def clean_shares(chance):
    """Endings of one offence and their shares of recorded or of decided cases, with or without their base."""
    offence = chance.choice([*["8Q"] * 20, *offences()])
    held = endings(offence, some_forces(chance))
    base, style = chance.choice(["recorded", "decided"]), chance.choice(["12.3%", "12%", "12.3", "12", "0.123", "0.12"])
    names = chance.sample(["charged", "withdrew", "evidential"], chance.randint(1, 3))
    printed = chance.choice([[base], [base], [], ["recorded", "decided"]])
    header = ["Force", *(f"All {one}" for one in printed), *names, *(f"{one} % of {base}" for one in names)]
    rows = [header, *_share_rows(held, printed, names, base=base, style=style)]
    if chance.random() < 0.4:
        rows += _share_rows(held.sum().to_frame("Total").T, printed, names, base=base, style=style)
    return rows


def _share_rows(held, printed, names, *, base, style):
    return [
        [force, *map(str, row[[*printed, *names]]), *(share(row[one], row[base], style) for one in names)]
        for force, row in held.iterrows()
    ]


def clean_offences(chance):
    """Cases by force and offence, wide or long."""
    forces = some_forces(chance)
    chosen = chance.sample(offences(), chance.randint(2, 12))
    held = {one: endings(one, forces)["recorded"] for one in chosen}
    if chance.random() < 0.5:
        return [["offence", "force", "crimes"], *([one, f, str(held[one][f])] for one in chosen for f in forces)]
    rows = [
        ["Force", *(f"offence {one}" for one in chosen)],
        *([f, *(str(held[o][f]) for o in chosen)] for f in forces),
    ]
    if chance.random() < 0.5:
        rows = [[*row, "total" if not at else str(sum(map(int, row[1:])))] for at, row in enumerate(rows)]
    return rows


def write(table, path, *, delimiter=","):
    """A frame, or rows of text, as a file."""
    rows = table if isinstance(table, list) else chain([list(table.columns)], table.astype(str).to_numpy().tolist())
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines, delimiter=delimiter).writerows(rows)
    return path
