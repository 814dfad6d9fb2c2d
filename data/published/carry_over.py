"""Carry the publishers' figures over into this folder's own tables.

    python data/published/carry_over.py FOLDER

FOLDER holds the publishers' tables as received: home_office/, bbc/, bbc_2022/ and other/; beside it stand the printed
figures, published_figures.csv and new_claims.csv. Ten files are written here, each with this project's column names,
sorted, so that a second run changes nothing. What each file is stands in sources.toml. The claims become rows of
findings.csv in the words of claims.toml; the rows of other findings stay as they are.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.reference.periods import quarter_start
from analysis.reference.reference import force_named

OWN = Path(__file__).resolve().parent
HERE = OWN  # where files are written
OFFENCES_RECORDED = ["8Q", "8L", "8M", "8R", "8U"]


def quarters(table: pd.DataFrame) -> pd.Series:
    """The first day of each row's quarter, as 2024-04-01."""
    starts = {
        key: quarter_start(*key).isoformat()
        for key in table[["financial_year", "quarter"]].drop_duplicates().itertuples(index=False, name=None)
    }
    return pd.Series(
        [starts[key] for key in zip(table["financial_year"], table["quarter"], strict=True)], index=table.index
    )


def forces(table: pd.DataFrame) -> pd.Series:
    """Each row's force under the one name this project uses."""
    return table["force"].map({name: force_named(name) for name in table["force"].unique()})


def tidy(table: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """Force and period first, then the named columns (new name = column of the source), in a fixed order of rows."""
    result = pd.DataFrame({"force": forces(table), "period": quarters(table)})
    for name, source in columns.items():
        result[name] = table[source]
    return result.sort_values(list(result.columns[:-1]), kind="stable").reset_index(drop=True)


def charges(folder: Path) -> pd.DataFrame:
    """Outcomes and charges in one table; a blank where the source holds none, the rate as the source prints it."""
    outcomes = pd.read_csv(folder / "spo_stalking_outcomes_data.csv").query("force != 'total'")
    charged = pd.read_csv(folder / "spo_stalking_charge_data.csv")
    years = [column for column in outcomes.columns if column != "force"]
    printed = {"2017/18": "charge rate 17/18", "2018/19": "charge rate 18/19", "2019/20": "charge rate 19/20"}
    printed["2020/21"] = "latest charge rate"
    both = outcomes.merge(charged, on="force", how="left", suffixes=("_outcomes", "_charged"))
    rows = [
        {
            "force": force_named(row["force"]),
            "period": quarter_start(year, 1).isoformat(),
            "outcomes": row[f"{year}_outcomes"],
            "charged": row[f"{year}_charged"],
            "printed_rate": row[printed[year]] if year in printed else "",
        }
        for _, row in both.iterrows()
        for year in years
    ]
    table = pd.DataFrame(rows).sort_values(["force", "period"], kind="stable").reset_index(drop=True)
    table["charged"] = table["charged"].astype("Int64")
    return table


def charges_closed(table: pd.DataFrame) -> pd.DataFrame:
    """Charges by quarter and offence, from the last day of each quarter as the source writes it: 30/06/2014.

    Only the counts are kept: the source's other numbers weight each charge by the severity of its offence.
    """
    ends = pd.to_datetime(table["Date"], format="%d/%m/%Y")
    result = pd.DataFrame(
        {
            "period": [date(day.year, day.month - 2, 1).isoformat() for day in ends],
            "offence": table["Offence Code"],
            "cases": table["Outcomes for investigations closed in the quarter"],
        }
    )
    return result.sort_values(["period", "offence"], kind="stable").reset_index(drop=True)


#: The edition of the outcomes tables that the BBC's tables of 2022 were made from, as its page says.
EDITION = "July 2022"
_COUNTS = ["outcomes", "charged", "victim_supports", "withdrew"]


def printed_rates(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The charge rates that the source prints, by force ("all" for all of them) and first day: "26.0%"."""
    names = {name: "all" if name == "All forces" else force_named(name) for name in table["force"].unique()}
    rates = table["charged_percent_printed"].fillna("")
    return {
        (names[force], quarter_start(year, 1).isoformat()): rate
        for force, year, rate in zip(table["force"], table["financial_year_printed"], rates, strict=True)
    }


def endings(table: pd.DataFrame, printed: dict[tuple[str, str], str]) -> pd.DataFrame:
    """How stalking cases ended by force and year, with what is doubtful of each row; blank where none was provided.

    The source prints a force that provided nothing as 0, and every count of 2016/17 doubled: the table that is read
    has been halved, which an odd number would contradict. Raises ValueError where a note is of no kind known here.
    """
    doubts = {"": "", "not provided": "not_provided", "printed doubled": "halved"}
    result = pd.DataFrame({"force": forces(table), "period": table["period"], "edition": EDITION})
    result[_COUNTS] = table[_COUNTS].astype("Int64")
    notes = table["note"].fillna("")
    kinds = [next((kind for kind in doubts if kind and note.startswith(kind)), "") for note in notes]
    if any(note and not kind for note, kind in zip(notes, kinds, strict=True)):
        raise ValueError("a note of the source is of no kind that is known here: read it, and add it to doubts")
    result["doubt"] = [doubts[kind] for kind in kinds]
    result.loc[result["doubt"] == "not_provided", _COUNTS] = pd.NA
    keys = zip(result["force"], result["period"], strict=True)
    result["printed_rate"] = [printed[key] for key in keys]
    return result.sort_values(["force", "period"], kind="stable").reset_index(drop=True)


def national(table: pd.DataFrame, printed: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The same for England and Wales, an edition a row; the year that this project holds whole itself is left out.

    A row that says nothing of its forces covers forces that nobody names; counts that were worked out from a printed
    percentage are called derived.
    """
    table = table[table["evidence"] != "recovered"].reset_index(drop=True)
    result = pd.DataFrame({"period": [quarter_start(year, 1).isoformat() for year in table["financial_year"]]})
    result["edition"] = table["edition"]
    columns = {"recorded": "recorded_in_edition", "outcomes": "outcomes", "charged": "charged"}
    columns |= {"victim_supports": "type_15", "withdrew": "withdrew_14_16", "forces": "forces"}
    for name, source in columns.items():
        result[name] = table[source].astype("Int64")
    notes = table["note"].fillna("")
    kinds = {"halved": "halved here", "derived": "printed;"}
    result["doubt"] = [
        ";".join([*(["national_only"] if unknown else []), *(kind for kind, mark in kinds.items() if mark in note)])
        for unknown, note in zip(result["forces"].isna(), notes, strict=True)
    ]
    for name in ("source", "address", "evidence"):
        result[name] = table[name]
    rows = zip(result["period"], result["edition"], strict=True)
    result["printed_rate"] = [printed.get(("all", day), "") if edition == EDITION else "" for day, edition in rows]
    return result.sort_values(["period", "edition"], kind="stable").reset_index(drop=True)


def claimed(claims: list[dict[str, str]], findings: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows of findings.csv with a row for each claim: its facts as received, all else from claims.toml.

    Raises ValueError where a claim has no words here, or these name a column that findings.csv has not.
    """
    words = tomllib.loads((OWN / "claims.toml").read_text(encoding="utf-8"))
    columns = list(findings[0])
    found = {row["finding"]: row for row in findings}
    for claim in claims:
        own = {name: str(value) for name, value in words[claim["id"]].items()} if claim["id"] in words else None
        if own is None or not set(own) <= set(columns):
            raise ValueError(f"claim '{claim['id']}': no table in claims.toml, or one with a column of no such name")
        facts = {"finding": claim["id"], "offence": "8Q", "check": "figure"}
        facts |= {name: claim[name] for name in ("period", "publisher", "address", "evidence")}
        counts = {"events": claim["numerator"], "cases": claim["denominator"]}
        facts |= {name: number for name, number in counts.items() if number.isdecimal()}
        found[claim["id"]] = {**dict.fromkeys(columns, ""), **facts, **own}
    return list(found.values())


def write_findings(claims: Path) -> None:
    """The claims of a table as rows of findings.csv."""
    tables = []
    for each in (claims, OWN / "findings.csv"):
        with each.open(encoding="utf-8", newline="") as lines:
            tables.append(list(csv.DictReader(lines)))
    rows = claimed(*tables)
    with (HERE / "findings.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"findings.csv: {len(rows):,} rows, {len(tables[0])} of them claims")


#: The edition of the Ministry of Justice's tables that the BBC's table of courts was made from, as its page says.
COURTS_EDITION = "December 2021"
_DEFENDANTS = ["proceeded", "convicted"]


def courts(table: pd.DataFrame) -> pd.DataFrame:
    """Defendants proceeded against and convicted by force and calendar year, every force in every year.

    A force and year that the source has no row for is blank and called not_listed: that it had none is not said. Where
    more were convicted than proceeded against, doubt says more_convicted. Percentages that the source prints are left
    out: it prints 0% wherever nobody was proceeded against. Raises ValueError where forces do not add up to its total.
    """
    named = table.rename(columns={"proceedings": "proceeded"}).set_index("year")
    whole, rest = (named[(named["force"] == "All forces") == is_whole] for is_whole in (True, False))
    if not rest.groupby("year")[_DEFENDANTS].sum().equals(whole[_DEFENDANTS].sort_index()):
        raise ValueError("the forces do not add up to 'All forces': read the source again")
    rest = rest.reset_index()
    rest["force"] = forces(rest)
    every = pd.MultiIndex.from_product([sorted(set(rest["force"])), sorted(set(rest["year"]))], names=["force", "year"])
    result = rest.set_index(["force", "year"])[_DEFENDANTS].astype("Int64").reindex(every).reset_index()
    result.insert(1, "period", [f"{year}-01-01" for year in result.pop("year")])
    result.insert(2, "edition", COURTS_EDITION)
    result["doubt"] = ""
    result.loc[(result["convicted"] > result["proceeded"]).fillna(False), "doubt"] = "more_convicted"
    result.loc[result["proceeded"].isna(), "doubt"] = "not_listed"
    return result


#: What each scale parameter is called here, and in the source after the name of the part.
SCALES = {
    "calendar_log_sd": "log_sd_calendar",
    "calendar_atanh_correlation": "atanh_rho",
    "cohort_log_sd": "log_sd_cohort",
    "cell_log_sd": "log_sd_cell",
}


def volatility(table: pd.DataFrame) -> pd.DataFrame:
    """How far the endings of each force swing, a row for each part (hazard and split) of each force and origin."""
    parts = [
        pd.DataFrame(
            {"force": forces(table), "months_back": table["months_back"], "part": part}
            | {name: table[f"{part}_{source}"] for name, source in SCALES.items()}
        )
        for part in ("hazard", "split")
    ]
    return pd.concat(parts).sort_values(["force", "months_back", "part"], kind="stable").reset_index(drop=True)


def survey(figures: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """People who were stalked in a year, as estimated by a survey of people, one row a year."""
    printed = figures[(figures["source_id"] == "ONS24") & (figures["measure_id"] == "csew_victims")].iloc[0]
    claimed = claims[claims["id"] == "csew-2025"].iloc[0]
    millions = float(str(claimed["printed"]).removesuffix(" million"))
    rows = [
        (printed["period"], int(printed["numerator"]), printed["publisher"], printed["url"], printed["evidence"]),
        (claimed["period"], round(millions * 1e6), claimed["publisher"], claimed["address"], claimed["evidence"]),
    ]
    result = pd.DataFrame(rows, columns=["year", "people", "source", "address", "evidence"])
    result.insert(0, "period", [quarter_start(year, 1).isoformat() for year in result.pop("year")])
    return result.sort_values("period").reset_index(drop=True)


def write(table: pd.DataFrame, name: str) -> None:
    """One file, with plain line ends; a compressed one carries no time, so that its bytes stay the same."""
    text = table.to_csv(index=False, lineterminator="\n").encode()
    if name.endswith(".gz"):
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0, compresslevel=9) as packed:
            packed.write(text)
        text = buffer.getvalue()
    (HERE / name).write_bytes(text)
    print(f"{name}: {len(table):,} rows")


def main(folder: Path) -> None:
    home_office, bbc = folder / "home_office", folder / "bbc"
    stalking = pd.read_csv(home_office / "stalking_outcomes_2024_25.csv", dtype={"outcome_type": str})
    write(tidy(stalking, outcome="outcome_type", cases="n"), "stalking_2024_25.csv")
    everything = pd.read_parquet(home_office / "outcomes_by_offence_2024_25.parquet")
    everything["outcome_type"] = everything["outcome_type"].astype(str)
    write(tidy(everything, offence="offence_code", outcome="outcome_type", cases="n"), "offences_2024_25.csv.gz")
    recorded = pd.read_csv(home_office / "recorded_2013_2025.csv")
    recorded = recorded[recorded["offence_code"].isin(OFFENCES_RECORDED)]
    write(tidy(recorded, offence="offence_code", cases="n"), "stalking_recorded.csv")
    write(charges(bbc), "stalking_charged_2015_2020.csv")
    closed = pd.read_csv(home_office / "charges_by_offence_quarter_2014_2024.csv.gz")
    closed = closed[closed["Offence Code"].isin(OFFENCES_RECORDED)]
    write(charges_closed(closed), "stalking_charges_by_quarter.csv")
    years = pd.read_csv(folder / "bbc_2022" / "stalking_outcomes_by_force_2014_2022.csv")
    printed = printed_rates(pd.read_csv(folder / "bbc_2022" / "bbc2022_stalking_outcomes_as_printed.csv"))
    write(endings(years, printed), "stalking_endings_by_force.csv")
    series = pd.read_csv(folder / "other" / "stalking_national_series.csv")
    write(national(series, printed), "stalking_endings_national.csv")
    write(courts(pd.read_csv(folder / "bbc_2022" / "stalking_court_by_force_2010_2021.csv")), "stalking_courts.csv")
    write(volatility(pd.read_csv(folder / "other" / "force_volatility.csv")), "force_volatility.csv")
    figures, claims = (pd.read_csv(folder.parent / name) for name in ("published_figures.csv", "new_claims.csv"))
    write(survey(figures, claims), "stalking_survey.csv")
    write_findings(folder.parent / "new_claims.csv")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
