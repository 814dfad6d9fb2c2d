"""The command that holds what is here to its rules: ``attrition check``, notebooks, built reports and outputs."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.cli import options
from analysis.cli.telling import say
from analysis.errors import DisclosureRefused, NotebookFailed, ParameterError
from analysis.reference.names import counted
from analysis.system import unwritten, writing


class Checks(options.Group):
    """``attrition check``: all notebooks, notebooks by their names, ``reports`` or ``outputs``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """What can be checked: the reports, outputs, and each notebook."""
        from analysis.publishing.notebooks import notebooks

        return ["reports", "outputs", *notebooks.names()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that checks reports, or one that checks the notebooks that are named."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            return command
        others = click.Argument(["others"], nargs=-1, metavar="[NOTEBOOK]...")

        def named(others: tuple[str, ...]) -> None:
            _notebooks((cmd_name, *others))

        return click.Command(cmd_name, params=[others], callback=named, help="Hold this notebook to the rules.")


@click.group(cls=Checks, invoke_without_command=True, subcommand_metavar="[reports | outputs DIR | NOTEBOOK...]")
@click.pass_context
def check(context: click.Context) -> None:
    """Hold notebooks, built reports or outputs to their rules.

    Without a word: all notebooks.
    """
    if context.invoked_subcommand is None:
        from analysis.publishing.notebooks import notebooks

        if others := notebooks.left_alone():
            say(others, err=True)
        _notebooks(tuple(notebooks.names()))


def _notebooks(chosen: tuple[str, ...]) -> None:
    from analysis.publishing.notebooks import notebooks, rules

    paths = [notebooks.path_of(name) for name in chosen]
    broken = [fault for path in paths for fault in rules.faults(path)]
    for fault in broken:
        say(fault)
    if broken:
        breaches, books = counted(len(broken), "rule"), counted(len({fault.notebook for fault in broken}), "notebook")
        raise NotebookFailed(
            f"{breaches} broken in {books}. docs/notebook_rules.md has all of them; 'attrition run NAME --draft' "
            "runs a notebook as it is, for a draft."
        )
    say(f"{counted(len(paths), 'notebook keeps', 'notebooks keep')} the rules.")


@check.command()
@click.option("--out", **options.OUT)
@click.option("--browser", is_flag=True, help="Open each page in Chromium too: axe-core, keyboard, light and dark.")
@click.option("--published", is_flag=True, help="It is served to others: refuse what is not for them, and dead links.")
def reports(*, out: Path, browser: bool, published: bool) -> None:
    """Hold every report that stands in a folder to the rules of pages, and say how many pages its PDF has.

    After the pages comes the share of each that is empty.
    """
    from analysis.publishing.checks import browser_rules, published_rules, report_rules

    if browser:
        browser_rules.check_there_is_a_browser()
    if published and (private := published_rules.private(out)):
        for fault in private:
            say(fault)
        raise DisclosureRefused(f"{out} may not be published: {len(private)} of what it holds is not for others.")
    folders = report_rules.folders(out)
    if not folders:
        raise ParameterError(f"No report stands in {out}. 'attrition report' makes them; --out names another folder.")
    for pages in filter(None, map(report_rules.in_print, folders)):
        say(pages)
    broken = [*report_rules.index_faults(out), *(fault for folder in folders for fault in report_rules.faults(folder))]
    broken += published_rules.dead_links(out) if published else []
    if browser:
        broken += browser_rules.faults(
            out, [*report_rules.kinds_of_index_pages(out), *(folder / "report.html" for folder in folders)]
        )
    for fault in broken:
        say(fault)
    if broken:
        broken_rules, pages = counted(len(broken), "rule"), counted(len({fault.report for fault in broken}), "page")
        raise NotebookFailed(f"{broken_rules} broken in {pages}.")
    where = " in a browser too" if browser else ""
    their = "its" if len(folders) == 1 else "their"
    say(f"{counted(len(folders), 'report')} and {their} index keep the rules{where}.")


@check.command()
@click.argument("place", metavar="DIR", type=options.Place(file_okay=False, exists=True))
@click.option("--page", type=options.Place(dir_okay=False), help="Write the page that a checker signs.")
@click.option(
    "--again", is_flag=True, help="Make its reports again from the release at hand, and compare; seconds each."
)
def outputs(*, place: Path, page: Path | None, again: bool) -> None:
    """Hold what is to leave to the released sets: a folder of 'attrition release', or one report.

    Reads data/counts/ and nothing private. Says what is wrong, by file and row; status 4 where something is.
    """
    from analysis.outputs import checking

    checked = checking.checked(place, again=again)
    if page is not None:
        _write_page(page, checked.page())
    for fault in checked.faults:
        say(fault)
    if checked.faults:
        raise DisclosureRefused(f"{place}: {checked.opening}")
    say(f"{checked.sentence} {checked.opening}")


def _write_page(page: Path, html: str) -> None:
    """Write a page where none stands yet. Raises ParameterError where something does, CouldNotWrite for a disk."""
    try:
        with writing.whole(page, is_first=True) as file:
            file.write(html.encode())
    except FileExistsError:
        raise ParameterError(f"{page} is there already. Name another file for the page.") from None
    except OSError as fault:
        raise unwritten.refusal(page, fault, then=", or name another file with --page") from fault
    say(page)
