"""The index, the pages of forces and the country: made from what stands in a folder, whole, whatever stands there."""

import re

import pypdfium2
import pytest
from jinja2 import UndefinedError

from analysis.errors import CouldNotWrite, NotebookFailed, ParameterError
from analysis.publishing.checks import browser_rules
from analysis.publishing.index import catalogue, country, figures, index, overview
from analysis.publishing.notebooks import notebooks
from analysis.publishing.placing import failures
from analysis.publishing.report import inputs, rendering
from analysis.reference import reference
from tests.conftest import EVERY, nightly
from tests.reports.made_folder import QUESTION, about, by_force, key_figure, put, row
from tests.reports.page import check_page

ALL = {force: (400 + 10 * place, 1000) for place, force in enumerate(reference.forces())}


class Pages(dict):
    """The pages of an index by their names; each is read, and held to its rules, when it is first asked for."""

    def __init__(self, out):
        super().__init__()
        self.out = out

    def __missing__(self, name):
        page = self[name] = check_page((self.out / name).read_text(), is_report=False)
        for link in page.all("a"):
            target = link["href"].partition("#")[0]
            assert not target or (self.out / name).parent.joinpath(target).exists(), f"{name} leads to {target}"
        return page


def read(out):
    """Every page that is written anew."""
    index.write_index(out)
    return Pages(out)


def read_all(out):
    """The same, each of them checked."""
    pages = read(out)
    names = [path.relative_to(out).as_posix() for path in (out / "forces").glob("*.html")]
    assert all(pages[name].text for name in ["index.html", *names])
    return pages


def view(out):
    return [overview.overview(picture) for picture in figures.pictures(catalogue.entries(out), out)]


def test_an_empty_folder_has_an_index_that_says_so(tmp_path):
    pages = read_all(tmp_path / "reports")
    assert "No report has been made yet" in pages["index.html"].text
    assert not pages["index.html"].all("script")
    assert "No report is about Kent alone yet" in pages["forces/kent.html"].text
    assert "No report here shows police forces side by side yet" in pages["forces/index.html"].text
    assert not (tmp_path / "reports" / "feed.xml").exists()
    assert len(pages) == len(reference.forces()) + 1 + len(index.COUNTRIES)


def test_one_report(tmp_path):
    put(tmp_path, blocks=[key_figure("Kent", 600, 1000)])
    pages = read(tmp_path)
    assert "Kent, stalking, 2024/25" in pages["index.html"].text
    assert "Made 20 November 2026" in pages["index.html"].text
    assert {"victim_withdrawal/force-kent_2024-04_2025-03/report.html"} <= {
        link["href"] for link in pages["index.html"].all("a")
    }
    assert "600 of 1,000 stalking cases recorded by Kent Police in 2024/25" in pages["forces/kent.html"].text
    assert "No report is about Surrey alone yet" in pages["forces/surrey.html"].text


def test_the_page_of_a_force_leads_to_reports_about_the_country_and_not_about_a_few_forces(tmp_path):
    put(tmp_path, force="all")
    few = {"subject": "2 police forces, stalking, 2024/25", "folder": "victim_withdrawal/force-all_counts-own"}
    few["place"] = "2 police forces (Essex, Surrey)"
    put(tmp_path, force="all", **few)
    text = read(tmp_path)["forces/kent.html"].text
    assert "England and Wales, stalking" in text
    assert "2 police forces" not in text


@pytest.mark.parametrize("place", ["Essex, Kent and Surrey", "Devon and Cornwall, and Kent", "Ours", "5 police forces"])
def test_a_report_of_a_few_forces_by_any_name_is_listed_and_is_no_figure_of_the_country(tmp_path, place):
    put(tmp_path, force="all", blocks=[by_force(ALL), key_figure("all 44 forces", 27060, 44000)])
    folder = "victim_withdrawal/force-few_2024-04_2025-03"
    put(tmp_path, force="Kent, Essex, Surrey", folder=folder, blocks=[key_figure(place, 600, 1000)], place=place)
    (picture,) = figures.pictures(catalogue.entries(tmp_path), tmp_path)
    assert picture.together.keys() == {reference.EVERYWHERE}
    assert picture.figures.keys() == set(reference.forces())
    assert "Kent, Essex, Surrey, stalking" in read(tmp_path)["index.html"].text


def test_only_the_forms_that_stand_there_are_linked(tmp_path):
    files = dict.fromkeys(("report.html", "report.pdf", "tables.xlsx", "results.json", "other.txt"), "")
    folder = put(tmp_path, files=files)
    for name in ("report.pdf", "other.txt"):
        (folder / name).write_text("")
    (entry,) = catalogue.entries(tmp_path)
    assert entry.forms == {"Page": "report.html", "PDF": "report.pdf", "Data (JSON)": "results.json"}
    assert "PDF: Kent, stalking, 2024/25" in read(tmp_path)["index.html"].text


def test_every_filter_offers_what_there_is_and_each_report_carries_it(tmp_path):
    put(tmp_path)
    put(tmp_path, force="Surrey")
    put(tmp_path, force="all", folder="other/force-all_2024-04_2024-06", parameters={"force": "all", "offence": "8L"})
    page = read(tmp_path)["index.html"]
    offered = {option["value"] for option in page.all("option")}
    assert {"victim-withdrawal", "other", "Kent", "Surrey", "England and Wales", "2024/25"} <= offered
    assert {"April to June 2024", "Stalking", "Harassment"} <= offered
    carried = [item for item in page.all("li") if "data-force" in item]
    assert {item[f"data-{name}"] for item in carried for name in ("force", "period", "offence")} <= offered
    assert next(form for form in page.all("form"))["hidden"] == ""
    assert [one["role"] for one in page.all("p") if one.get("id") == "told"] == ["status"]


def test_a_manifest_that_is_none_is_left_out_and_named(tmp_path, caplog):
    put(tmp_path)
    put(tmp_path, force="Essex", made_at="yesterday")
    put(tmp_path, force="Dorset", inputs=["not", "pairs"])
    (put(tmp_path, force="Surrey") / "report.html").unlink()
    for name, content in (("one", "{"), ("two", "[]"), ("three", '{"schema": "other"}')):
        (tmp_path / "x" / name).mkdir(parents=True)
        (tmp_path / "x" / name / "manifest.json").write_text(content)
    assert [entry.place for entry in catalogue.entries(tmp_path)] == ["Kent"]
    assert caplog.text.count("left out of the index") == 6


def test_names_out_of_a_manifest_cannot_become_markup(tmp_path):
    put(tmp_path, subject="<script>alert(1)</script>", answer='"><img src=x onerror=alert(1)>')
    pages = read(tmp_path)
    assert len(pages["index.html"].all("script")) == 1
    assert not pages["index.html"].all("img")


def test_what_a_report_was_made_from_is_compared_with_what_is_at_hand(tmp_path):
    counts, notebook = "data/counts/stalking_2024_25.parquet", "notebooks/victim_withdrawal.ipynb"
    put(tmp_path, inputs={counts: "0" * 64, notebook: "0" * 64, "data/counts/gone.parquet": "0" * 64})
    put(tmp_path, force="Surrey", inputs={counts: inputs.digest(reference.PROJECT / counts)})
    put(tmp_path, force="Essex", inputs={counts: "not at hand", "../../etc/passwd": "0"}, version="0.0.1")
    found = {entry.place: entry for entry in catalogue.entries(tmp_path)}
    assert found["Kent"].older == ("older counts", "an older notebook")
    assert found["Kent"].states == "older"
    assert (found["Surrey"].older, found["Surrey"].states) == ((), "current")
    assert found["Essex"].older == ("an older version (0.0.1)",)
    assert "Made from older counts and an older notebook" in read(tmp_path)["forces/kent.html"].text


def test_many_reports_make_one_index(tmp_path):
    forces, number = reference.forces(), 1000 if EVERY else 100
    for place in range(number):
        year, force = 2000 + place // len(forces), forces[place % len(forces)]
        put(tmp_path, force=force, folder=f"victim_withdrawal/force-{catalogue.slug(force)}_{year}-04_{year + 1}-03")
    page = read(tmp_path)["index.html"]
    assert len([item for item in page.all("li") if "data-force" in item]) == number
    assert f"{number} reports." in page.text


def test_the_newest_period_stands_first_and_all_forces_before_one(tmp_path):
    for force, span in (("Kent", "2022-04_2023-03"), ("Kent", "2024-04_2025-03"), ("all", "2023-04_2024-03")):
        put(tmp_path, force=force, folder=f"victim_withdrawal/force-{force.lower()}_{span}")
    found = [(entry.place, entry.period) for entry in catalogue.entries(tmp_path)]
    assert found == [("England and Wales", "2023/24"), ("Kent", "2024/25"), ("Kent", "2022/23")]


def test_every_territorial_force_stands_once_on_the_map():
    rows = reference.force_rows()
    places = country.places(row["force"] for row in rows)
    assert {force for force in places if force not in country._ON_THE_MAP} == {
        row["force"] for row in rows if row["kind"] != "territorial"
    }
    assert len(set(places.values())) == len(rows)
    assert max(place.column for place in places.values()) == country.COLUMNS
    strangers = country.places([*places, "Elsewhere", "Nowhere"])
    assert len(set(strangers.values())) == len(rows) + 2


def test_the_country_shows_what_one_report_shows_of_all(tmp_path):
    put(tmp_path, force="all", blocks=[by_force(ALL), key_figure("all 44 forces", 27060, 44000)])
    (seen,) = view(tmp_path)
    assert len(seen.tiles) == 44
    assert seen.title == (
        "From 40.0% of stalking cases of 2024/25 in Avon and Somerset to 83.0% in Wiltshire ended because the victim "
        "withdrew"
    )
    assert seen.answer == (
        "In England and Wales 61.5% of 44,000 stalking cases recorded by the police in 2024/25 ended because the "
        "victim withdrew: from 40.0% in Avon and Somerset to 83.0% in Wiltshire, among 44 police forces that can be "
        "compared."
    )
    assert seen.description == (
        "All 44 police forces have a share that can be compared. All forces of England and Wales together: 61.5% of "
        "44,000 cases. "
        "Clearly above that: 19. Clearly below: 19. Not clearly different: 6. Each was tested against all the others "
        "together, with an allowance for so many tests."
    )
    first = seen.tiles[0]
    assert (first.force, first.value, first.against) == ("Avon and Somerset", "40.0%", "below all forces together")
    assert first.base == "400 of 1,000 stalking cases recorded by Avon and Somerset Police in 2024/25"
    assert 0 < first.left < first.left + first.width < 100
    assert first.tint == 1 < seen.tiles[-1].tint <= len(seen.legend) <= 5
    page = read(tmp_path)["forces/index.html"]
    for tile in seen.tiles:
        assert page.text.count(tile.value) >= 2, "in its tile and in the table"
    assert page.text.index(seen.answer) < page.text.index(seen.title)


def test_a_force_with_many_open_cases_has_a_tile_of_its_own_kind_and_no_headline(tmp_path):
    table = by_force(ALL | {"Kent": (50, 1000)})
    for record in table["records"]:
        is_kent = record["force"] == "Kent"
        record |= {"openness": "many" if is_kent else "few", "of_decided_share": 0.413 if is_kent else None}
    table["columns"] = [*table["columns"], {"name": "openness", "kind": "label"}]
    put(tmp_path, force="all", blocks=[table, key_figure("all 44 forces", 27060, 44000)])
    (seen,) = view(tmp_path)
    tile = next(one for one in seen.tiles if one.force == "Kent")
    assert (tile.value, tile.tint) == ("5.0%", 0)
    assert tile.against == "many cases still open; of decided cases 41.3%"
    assert "5.0%" not in seen.title + " ".join(seen.legend)
    assert seen.lead.startswith("In London")
    told = "43 of 44 police forces have a share that can be compared. One force had many cases still open: over a tenth"
    assert told in seen.description
    pages = read(tmp_path)
    assert "many cases still open; of decided cases 41.3%" in pages["forces/index.html"].text
    next(one for one in table["records"] if one["force"] == "Metropolitan Police")["openness"] = "many"
    put(tmp_path, force="all", blocks=[table, key_figure("all 44 forces", 27060, 44000)])
    assert view(tmp_path)[0].lead == "", "no headline rests on it"


def test_a_force_without_a_figure_says_why(tmp_path):
    rows = {force: counted for force, counted in ALL.items() if force != "Kent"} | {"Surrey": (None, 30)}
    put(tmp_path, force="all", blocks=[by_force(rows | {"City of London": (14, 30)})])
    tiles = {tile.force: tile for tile in view(tmp_path)[0].tiles}
    assert tiles["Kent"].sentence == "No report here gives a figure for this force."
    assert (tiles["Surrey"].value, tiles["Surrey"].tint) == ("[c]", 0)
    assert tiles["Surrey"].sentence == "Not shown, so that nobody can be recognised."
    assert (tiles["City of London"].against, tiles["City of London"].tint) == ("too few cases to say", 0)
    page = read(tmp_path)["forces/index.html"]
    assert page.text.count("too few cases to say") == 2, "once in its tile and once in the table"
    told = {one.get("title") for one in page.all("li") if "tint" in one.get("class", "")}
    assert "Cheshire: 44.0%, 95% interval 41.0% to 47.1%" in told, "what a pointer is told is what the tile says"


def test_a_template_that_prints_what_a_thing_has_not_is_a_fault():
    """A tile was told as "Kent: 56.4%, " and no more, since its part had got another name."""
    template = rendering._environment().from_string("{{ absent }}{{ tile.row }}{{ tile.told }}")
    with pytest.raises(UndefinedError, match="told"):
        template.render(tile=country.Place(1, 1))


def test_made_up_cases_stay_out_of_the_country_and_are_named_in_the_index(tmp_path):
    made_up = [by_force(ALL, sensitivity="synthetic")]
    put(tmp_path, force="all", blocks=[by_force(ALL)], is_synthetic=True)
    put(tmp_path, force="Surrey", blocks=made_up)
    assert view(tmp_path) == []
    assert "Made-up cases" in read_all(tmp_path)["index.html"].text


def test_a_picture_counts_the_same_cases_out_of_the_same_base(tmp_path):
    put(tmp_path, blocks=[key_figure("Kent", 600, 1000)])
    put(tmp_path, force="Surrey", blocks=[key_figure("Surrey", 300, 1000)])
    put(tmp_path, force="Essex", blocks=[key_figure("Essex", 990, 1000, base="with_outcome")])
    put(tmp_path, force="Dorset", blocks=[key_figure("Dorset", 980, 1000, period="2023/24")])
    (picture,) = figures.pictures(catalogue.entries(tmp_path), tmp_path)
    kept = {force: figure.share for force, figure in picture.figures.items()}
    assert kept in ({"Kent": 0.6, "Surrey": 0.3}, {"Essex": 0.99}, {"Dorset": 0.98})
    assert len({figure.entry.folder for figure in picture.figures.values()}) == len(kept)


def test_a_report_of_today_goes_before_one_from_older_counts(tmp_path):
    counts = "data/counts/stalking_2024_25.parquet"
    put(tmp_path, force="all", blocks=[by_force(ALL)], inputs={counts: "0" * 64}, made_at="2026-11-22T00:00:00+00:00")
    put(tmp_path, blocks=[key_figure("Kent", 100, 1000)])
    (picture,) = figures.pictures(catalogue.entries(tmp_path), tmp_path)
    assert picture.figures["Kent"].share == 0.1
    assert picture.figures["Surrey"].entry.older
    assert "43 figures come from a report that was made from older counts" in read(tmp_path)["forces/index.html"].text


def test_the_country_is_of_the_latest_period_whenever_its_reports_were_made(tmp_path):
    spans = {"2024/25 Q4": "2025-01_2025-03", "2024/25": "2024-04_2025-03", "2024/25 Q2": "2024-07_2024-09"}
    for day, (period, span) in enumerate(spans.items(), start=20):
        about = {"period": period, "offence": "8Q", "base": "recorded", "counts": "made_by_hand", "force": "Kent"}
        put(
            tmp_path,
            folder=f"victim_withdrawal/force-kent_{span}",
            blocks=[key_figure("Kent", 10 * day, 1000, period=period)],
            made_at=f"2026-11-{day}T03:00:00+00:00",
            parameters=about,
        )
    (picture,) = figures.pictures(catalogue.entries(tmp_path), tmp_path)
    assert picture.about.period == "2024/25"


def test_tables_that_tell_more_than_forces_apart_and_broken_results_are_passed_over(tmp_path, caplog):
    table = by_force(ALL)
    table["columns"] = [*table["columns"], {"name": "printed", "kind": "label"}]
    put(tmp_path, force="all", blocks=[table])
    assert view(tmp_path) == []
    (put(tmp_path, force="Surrey") / "results.json").write_text("{")
    assert view(tmp_path) == []
    assert "left out of the picture of the country" in caplog.text


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ({"Kent": (None, 30)}, "No force has a share of stalking cases of 2024/25 that could be shown"),
        (
            {"Kent": (500, 1000)},
            "50.0% of stalking cases of 2024/25 ended because the victim withdrew, in one police force",
        ),
        ({"Kent": (0, 1000)}, "0% of stalking cases of 2024/25 ended because the victim withdrew, in one police force"),
        (
            {"Kent": (1, 90000)},
            "under 0.1% of stalking cases of 2024/25 ended because the victim withdrew, in one police force",
        ),
        ({"Kent": (1000, 1000), "Surrey": (0, 1000)}, "From 0% of stalking cases of 2024/25 in Surrey to 100% in Kent"),
    ],
)
def test_a_picture_of_few_and_of_extremes(tmp_path, rows, title):
    put(tmp_path, force="all", blocks=[by_force(rows)])
    (seen,) = view(tmp_path)
    assert seen.title.startswith(title)
    assert 0 < seen.top <= 1
    assert all(tile.left + tile.width <= 100.1 for tile in seen.tiles)
    assert read(tmp_path)["forces/index.html"].text


LONDON = {"Metropolitan Police": (5363, 11831)}
OFFENCES = {
    "kind": "table",
    "id": "table-by-offence",
    "columns": [{"name": "offence_name", "kind": "label"}],
    "records": [
        row(400, 1000, offence_name="Harassment"),
        row(None, 30, offence_name="Malicious communications"),
        row(520, 1000, offence_name="Rape of a female aged 16 and over", openness="many", of_decided_share=0.626),
    ],
    "about": about("all 44 forces", offence="5 offences"),
}


def nation(out, **changes):
    """A report of all forces: every force, all together, and two offences beside stalking."""
    blocks = [by_force(ALL | LONDON), key_figure("all 44 forces", 67214, 135628), OFFENCES]
    return put(out, force="all", blocks=blocks, **changes)


def test_the_country_is_pictured_by_stalking_whatever_else_more_reports_are_about(tmp_path):
    """A report of all offences took its place, which says one thing more: the figure of all forces together."""
    put(tmp_path, force="Kent", blocks=[by_force(ALL)])
    other = {
        "blocks": [by_force(ALL, offence="129 offences"), key_figure("all 44 forces", 1, 4, offence="129 offences")]
    }
    for force in ("all", "Essex"):
        asked = {"force": force, "offence": "all", "base": "recorded"}
        put(tmp_path, force=force, folder=f"victim_withdrawal/{force}_2024-04_2025-03_all", parameters=asked, **other)
    (picture,) = figures.pictures(catalogue.entries(tmp_path), tmp_path)
    assert picture.about.offence == "Stalking"


def test_the_first_lines_say_londons_figure_and_the_nations(tmp_path):
    nation(tmp_path)
    text = read(tmp_path)["index.html"].text
    told = (
        "In London 45.3% of 11,831 stalking cases recorded by the Metropolitan Police in 2024/25 ended because the "
        "victim withdrew; in England and Wales 49.6% of 135,628."
    )
    assert told in text
    assert text.index(told) < text.index("Find your police force") < text.index("From 40.0% of stalking cases")


def test_neither_is_said_where_one_of_them_is_not_there(tmp_path):
    put(tmp_path, force="all", blocks=[by_force(ALL | {"Metropolitan Police": (None, 30)})])
    assert "In London" not in read(tmp_path)["index.html"].text


def test_a_set_that_holds_few_forces_has_tiles_of_these_and_no_map(tmp_path):
    put(tmp_path, force="Gwent", blocks=[key_figure("Gwent", 600, 1000)])
    pages = read_all(tmp_path)
    assert "The country at a glance" not in pages["index.html"].text
    assert "No report here shows police forces side by side" in pages["forces/index.html"].text
    assert "600 of 1,000 stalking cases recorded by Gwent Police" in pages["forces/gwent.html"].text
    put(tmp_path, force="Surrey", blocks=[key_figure("Surrey", 300, 1000)])
    page = read(tmp_path)["forces/index.html"]
    assert [tile.force for tile in view(tmp_path)[0].tiles] == ["Gwent", "Surrey"]
    assert not page.root.classed("bare")
    assert "laid out roughly as the country lies" not in page.text
    assert "The country at a glance" not in (tmp_path / "index.html").read_text()
    put(tmp_path, force="all", blocks=[by_force(dict(list(ALL.items())[:23]))])
    assert len(read(tmp_path)["forces/index.html"].root.classed("bare")) == 1 + 44 - 24
    assert "The country at a glance" in (tmp_path / "index.html").read_text()


def test_a_nation_has_a_page_of_its_forces_and_no_others(tmp_path):
    wales = {"Dyfed-Powys": (500, 1000), "Gwent": (400, 1000), "North Wales": (300, 1000), "South Wales": (600, 1000)}
    put(tmp_path, force="all", blocks=[by_force(ALL | wales), key_figure("all 44 forces", 27060, 44000)])
    page = read(tmp_path)["forces/wales.html"]
    told = "In Wales, between 30.0% (North Wales) and 60.0% (South Wales) of stalking cases recorded by the police in"
    assert told in page.text
    picture = figures.pictures(catalogue.entries(tmp_path), tmp_path)[0]
    tiles = overview.overview(picture, "Wales").tiles
    assert {tile.force for tile in tiles} == set(wales)
    assert min(tile.place.row for tile in tiles) == 1
    assert "Kent" not in page.text
    put(tmp_path, force="Wales", blocks=[key_figure("Wales", 1800, 4000)])
    page = read(tmp_path)["forces/wales.html"]
    assert "In Wales 45.0% of 4,000 stalking cases recorded by the police in 2024/25 ended because" in page.text
    assert "Reports about Wales" in page.text
    assert page.text.count("Wales, stalking, 2024/25") > 0
    assert "British Transport Police" not in (tmp_path / "forces" / "england.html").read_text()


def profile(out, force="Kent", *, span="2024-04_2025-03", **changes):
    """A profile of a force, with its share of a measure, and nothing of all forces together."""
    return put(
        out,
        force=force,
        folder=f"force_profile/force-{catalogue.slug(force)}_{span}",
        question="What becomes of stalking cases in one force?",
        title=f"What becomes of stalking cases in {force}?",
        answer=f"In {force} 6 in 10 stalking cases ended because the victim withdrew.",
        blocks=[key_figure(force, 600, 1000)],
        **changes,
    )


def test_a_profile_is_where_a_force_is_found(tmp_path):
    nation(tmp_path)
    profile(tmp_path)
    pages = read_all(tmp_path)
    link = "force_profile/force-kent_2024-04_2025-03/report.html"
    for name, root in (("index.html", ""), ("forces/index.html", "../"), ("forces/england.html", "../")):
        leads = {
            one.text: one.attributes["href"] for one in pages[name].root.all("a") if one.text in ("Kent", "Surrey")
        }
        assert leads == {"Kent": f"{root}{link}", "Surrey": f"{root}forces/surrey.html"}, name
    kent, surrey = pages["forces/kent.html"], pages["forces/surrey.html"]
    assert f"../{link}" in {one["href"] for one in kent.all("a")}
    assert "In Kent 6 in 10 stalking cases ended" in kent.text
    assert (len(kent.root.classed("key-figures")), len(surrey.root.classed("key-figures"))) == (0, 1)
    assert "No report is about Kent alone" not in kent.text


def test_the_profile_that_leads_is_of_stalking_and_of_the_latest_and_longest_period(tmp_path):
    other = {"force": "Kent", "offence": "8L", "base": "recorded"}
    profile(tmp_path, span="2024-04_2025-03_offence-8l", parameters=other)
    assert catalogue.profiles(catalogue.entries(tmp_path))["Kent"].offence == "Harassment"
    for span in ("2023-04_2024-03", "2025-01_2025-03", "2024-04_2025-03", "2024-10_2025-03"):
        profile(tmp_path, span=span)
    profile(tmp_path, force="Exampleshire", is_synthetic=True)
    found = catalogue.profiles(catalogue.entries(tmp_path))
    assert list(found) == ["Kent"]
    assert found["Kent"].months == "April 2024 to March 2025"
    assert found["Kent"].offence == "Stalking"


def test_profiles_of_every_force_do_not_take_the_place_of_what_shows_them_side_by_side(tmp_path):
    nation(tmp_path)
    for force in reference.forces():
        profile(tmp_path, force)
    (picture,) = figures.pictures(catalogue.entries(tmp_path), tmp_path)
    assert picture.figures["Kent"].entry.place == "England and Wales"
    page = read(tmp_path)["index.html"]
    assert "In London 45.3% of 11,831" in page.text
    assert "44 reports about one police force each" in page.text


def test_each_report_in_the_list_has_its_answer_its_months_and_its_downloads(tmp_path):
    files = dict.fromkeys(("report.html", "report.pdf", "tables.xlsx", "results.json"), "")
    folder = put(tmp_path, files=files, answer="Half of cases ended so.")
    for name in ("report.pdf", "tables.xlsx"):
        (folder / name).write_text("")
    text = read(tmp_path)["index.html"].text
    told = "Half of cases ended so. April 2024 to March 2025. Made 20 November 2026. Page"
    places = [text.index(words) for words in (QUESTION, "Kent, stalking, 2024/25", told)]
    assert places == sorted(places)
    assert all(f"{form}: Kent, stalking, 2024/25" in text for form in ("Page", "PDF", "Workbook", "Data (JSON)"))


def test_what_cannot_be_compared_is_hatched_and_the_key_says_so_where_there_is_any(tmp_path):
    put(tmp_path, force="all", blocks=[by_force(ALL)])
    assert not read(tmp_path)["forces/index.html"].root.classed("bare")
    put(tmp_path, force="all", blocks=[by_force({**ALL, "Kent": (None, 30)})])
    bare = [one.text for one in read(tmp_path)["forces/index.html"].root.classed("bare")]
    assert len(bare) == 2
    assert bare[0].startswith("Nothing to compare")
    assert bare[1].startswith("Kent [c]")


@pytest.mark.parametrize(("forces", "told"), [(1, "One of 44 police forces has"), (2, "2 of 44 police forces have")])
def test_a_verb_agrees_with_its_number(tmp_path, forces, told):
    put(tmp_path, force="all", blocks=[by_force(dict(list(ALL.items())[:forces]))])
    assert view(tmp_path)[0].description.startswith(told)


def test_an_offence_leads_to_where_it_is_answered(tmp_path):
    nation(tmp_path)
    put(tmp_path, force="Kent", blocks=[OFFENCES | {"about": about("Kent", offence="5 offences")}])
    harassment, malicious, rape = figures.by_offence(catalogue.entries(tmp_path), tmp_path)
    assert harassment.link == "victim_withdrawal/force-all_2024-04_2025-03/report.html#table-by-offence"
    assert harassment.sentence == (
        "40.0% of 1,000 harassment cases recorded by all 44 police forces of England and Wales in 2024/25 ended "
        "because the victim withdrew."
    )
    assert (malicious.words, malicious.sentence) == ("Malicious communications 8R", "No share that could be shown.")
    assert rape.sentence.endswith(
        "ended because the victim withdrew; over a tenth of the cases recorded have no outcome yet (62.6% of decided "
        "cases)."
    )
    assert "One offence: where it is answered" in read(tmp_path)["index.html"].text


def test_reports_of_one_question_stand_under_their_title_where_they_share_it(tmp_path):
    own, asked = "Is Kent different?", "Is one force different?"

    def headings(name):
        index.write_index(tmp_path)
        return re.findall(r"<h[23] id=[^>]+>([^<]+)</h[23]>", (tmp_path / name).read_text())

    put(tmp_path, question=asked, title=own)
    assert own in headings("index.html")
    put(tmp_path, force="Surrey", question=asked, title="Is Surrey different?")
    assert asked in headings("index.html")
    assert own not in headings("index.html")
    assert f"<p>{own}</p>" in (tmp_path / "index.html").read_text()
    assert own in headings("forces/kent.html")
    assert f"Kent, stalking, 2024/25: {own}" in (tmp_path / "feed.xml").read_text()


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """An index of one report of all forces."""
    out = tmp_path_factory.mktemp("searched")
    nation(out, answer="Half of cases ended so.")
    return index.write_index(out)


SEARCHES = {
    "Kent": ("Kent", "Found: Kent. No report in the list fits."),
    "kent withdrew": ("Kent", "Found: Kent. No report in the list fits."),
    "Merseyside": ("Merseyside", "Found: Merseyside. No report in the list fits."),
    "GMP": ("Greater Manchester", "Found: Greater Manchester. No report in the list fits."),
    "west yorkshire police": ("West Yorkshire", "Found: West Yorkshire. No report in the list fits."),
    "harassment": ("Harassment", "Found: Harassment. No report in the list fits."),
    "8L": ("Harassment", "Found: Harassment. No report in the list fits."),
    "police": ("", "No report fits. Change the words or a filter, or show all."),
    "gwnet": ("", "No report fits. Did you mean Gwent? Change the words or a filter, or show all."),
    "Mersyside": ("", "No report fits. Did you mean Merseyside? Change the words or a filter, or show all."),
    "zzzzzz": ("", "No report fits. Change the words or a filter, or show all."),
    "England": ("England and Wales", "Found: England and Wales, England. Showing 1 of 1 report."),
}


def test_the_search_finds_forces_and_offences_first(searched, browser):
    page = browser.new_page()
    page.goto(searched.resolve().as_uri())
    for words, (first, status) in SEARCHES.items():
        page.fill("#words", words)
        found = page.locator("#first a").all_text_contents()
        assert found[:1] == ([first] if first else []), words
        page.wait_for_function("told => document.getElementById('told').textContent === told", arg=status, timeout=5000)
    page.fill("#words", "Kent")
    page.press("#words", "Enter")
    page.wait_for_url("**/forces/kent.html")
    page.close()


def test_a_force_that_is_found_leads_to_its_profile_and_enter_opens_no_one_of_several(tmp_path, browser):
    nation(tmp_path)
    profile(tmp_path, "Metropolitan Police")
    page = browser.new_page()
    page.goto(index.write_index(tmp_path).resolve().as_uri())
    page.fill("#words", "London")
    assert page.locator("#first a").all_text_contents() == ["City of London", "Metropolitan Police"]
    assert "410 of 1,000" not in page.locator("#first").text_content()
    assert "In Metropolitan Police 6 in 10 stalking cases ended" in page.locator("#first").text_content()
    assert not page.locator(".browse").is_visible()
    page.press("#words", "Enter")
    page.fill("#words", "Met Police")
    page.press("#words", "Enter")
    page.wait_for_url("**/force_profile/force-metropolitan-police_2024-04_2025-03/report.html")
    page.close()


def test_reports_of_many_forces_are_folded_until_something_is_asked_for(tmp_path, browser):
    nation(tmp_path)
    for force in ("Kent", "Surrey", "Essex", "Dorset", "Gwent"):
        put(tmp_path, force=force)
    page = browser.new_page()
    page.goto(index.write_index(tmp_path).resolve().as_uri())
    item = page.locator("#reports li", has_text="Kent, stalking")
    assert not item.is_visible()
    page.select_option("#force", "Kent")
    assert item.is_visible()
    assert page.locator("#reports li:visible").count() == 1
    assert page.locator(".browse").is_visible()
    page.click("button[type=reset]")
    item.wait_for(state="hidden")
    page.goto(f"{page.url.partition('#')[0]}#victim-withdrawal-force-kent-2024-04-2025-03")
    item.wait_for(state="visible")
    page.close()


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    nightly(
        [
            (name, width, scheme)
            for name in ("index.html", "forces/index.html", "forces/wales.html", "forces/kent.html")
            for width in browser_rules.WIDTHS
            for scheme in browser_rules.SCHEMES
        ],
        ("forces/wales.html", 390, "dark"),
    ),
)
def test_the_pages_of_countries_and_forces_keep_the_rules_in_a_browser(tmp_path, browser, name, width, scheme):
    for place, force in enumerate(reference.forces()[:6]):
        put(tmp_path, force=force, made_at=f"2026-11-{place + 10}T03:00:00+00:00")
    table = by_force({force: one for force, one in (ALL | LONDON).items() if force != "Gwent"} | {"Kent": (None, 30)})
    put(tmp_path, force="all", blocks=[table, key_figure("all 44 forces", 67214, 135628), OFFENCES])
    profile(tmp_path)
    index.write_index(tmp_path)
    assert list(browser_rules._broken(browser, tmp_path / name, width, scheme, seen=set())) == []


def test_no_tile_is_narrower_than_its_name(searched, browser):
    page = browser.new_page()
    page.goto((searched.parent / "forces" / "index.html").resolve().as_uri())
    over = """() => [...document.querySelectorAll('.tiles li')].filter(one => [...one.children].some(part =>
        !part.matches('.unseen') && part.getBoundingClientRect().right > one.getBoundingClientRect().right))
        .map(one => one.textContent)"""
    for width in (390, 700, 960, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(over) == [], width
    page.close()


def test_no_tile_is_cut_by_the_end_of_a_sheet(searched, browser):
    """Names stood on one sheet and their shares on the next."""
    page = browser.new_page()
    page.goto((searched.parent / "forces" / "index.html").resolve().as_uri())
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as pdf:
        sheets = [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pdf]
    page.close()
    lying = next(sheet for sheet in sheets if "Northumbria" in sheet)
    assert [force for force in ALL if force not in lying] == []


@pytest.fixture(scope="module")
def browser():
    """A Chromium; where there is none the script is not tried."""
    if browser_rules.missing():
        pytest.skip(browser_rules.missing())
    with browser_rules.opened() as opened:
        yield opened


def test_the_address_of_the_folder_is_given_once(tmp_path):
    put(tmp_path)
    index.write_index(tmp_path, address="https://example.org/reports")
    index.write_index(tmp_path)
    assert 'href="https://example.org/reports/victim_withdrawal/' in (tmp_path / "feed.xml").read_text()
    index.write_index(tmp_path, address="")
    assert 'href="victim_withdrawal/' in (tmp_path / "feed.xml").read_text()
    with pytest.raises(ParameterError, match="no address of the web"):
        index.write_index(tmp_path, address="javascript:alert(1)")


def test_a_page_that_cannot_be_written_leaves_the_index_that_stood(tmp_path):
    put(tmp_path)
    before = index.write_index(tmp_path).read_text()
    put(tmp_path, force="Surrey")
    (tmp_path / "forces" / "kent.html").unlink()
    (tmp_path / "forces" / "kent.html").mkdir()
    with pytest.raises(CouldNotWrite):
        index.write_index(tmp_path)
    assert (tmp_path / "index.html").read_text() == before
    assert not list(tmp_path.rglob("*.staged"))


def test_the_script_asks_nobody(tmp_path):
    put(tmp_path)
    script = re.search(r"<script>(.+)</script>", index.write_index(tmp_path).read_text(), flags=re.DOTALL)[1]
    assert not re.search(r"fetch|XMLHttp|import\b|eval|innerHTML|https?:", script)


def test_a_share_is_never_worked_out_here_but_read(tmp_path):
    told = {**row(400, 1000, place="Kent"), "share": 0.123456}
    block = key_figure("Kent", 400, 1000)
    block["figures"][0]["records"] = [told]
    put(tmp_path, blocks=[block])
    assert next(tile.value for tile in view(tmp_path)[0].tiles if tile.force == "Kent") == "12.3%"


def test_an_index_is_current_until_something_that_it_tells_changes(tmp_path, monkeypatch):
    assert not catalogue.is_current(tmp_path)
    put(tmp_path)
    assert not catalogue.is_current(tmp_path)
    index.write_index(tmp_path)
    assert catalogue.is_current(tmp_path)
    put(tmp_path)  # the same again
    assert catalogue.is_current(tmp_path)
    for change in (
        lambda: put(tmp_path, answer="Another answer."),
        lambda: put(tmp_path, force="Surrey"),
        (tmp_path / "victim_withdrawal/force-surrey_2024-04_2025-03/report.html").unlink,
        (tmp_path / "index.html").unlink,
        (tmp_path / ".state" / catalogue.KEY).unlink,
        lambda: (tmp_path / ".state" / "address.txt").write_text("https://example.org/"),
        lambda: monkeypatch.setattr(catalogue, "edition", lambda: "another"),
    ):
        change()
        assert not catalogue.is_current(tmp_path)
        index.write_index(tmp_path)
        assert catalogue.is_current(tmp_path)


def test_an_index_that_tells_of_a_failure_is_no_longer_current_when_it_is_forgotten(tmp_path):
    put(tmp_path)
    book = notebooks.notebook("trends")
    with pytest.raises(NotebookFailed), failures.remembered(tmp_path, book, {"force": "Kent"}, is_started=True):
        raise NotebookFailed("It stopped.")
    index.write_index(tmp_path)
    assert catalogue.is_current(tmp_path)
    with failures.remembered(tmp_path, book, {"force": "Kent"}, is_started=True):
        pass
    assert not catalogue.is_current(tmp_path)
