"""The command: words in, exit status out.

0 done, 1 a fault of this package, 2 wrong use or parameter, 3 data refused, 4 disclosure, 5 a notebook failed, 6 some
reports of a batch failed, 7 could not write, 8 somebody was not told, 128 and a signal where one stopped it. Only this
one and its fellows (``intake``, ``fetch``, ``check``, ``audit``, ``release``, ``batch``, ``notify``, ``chains``) print,
by ``telling``; only this one sets up logging, reads the environment and makes an error an exit status.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

import analysis
from analysis.cli import audit, batch, check, fetch, intake, lab, notify, options, release, telling
from analysis.cli.chains import start, update
from analysis.cli.telling import is_terminal, say
from analysis.errors import AttritionError, CouldNotWrite, DataRefused, ParameterError, unknown
from analysis.reference import reference
from analysis.safe_words import safe_lines
from analysis.system import unwritten
from analysis.system.folders import is_text

# What a reader has set for programs of their own, and would have another report, or none: a matplotlibrc, a place to
# draw, a file that every kernel runs first.
_LEFT_OUT = ("MPLBACKEND", "PYTHONSTARTUP")

# Whatever a command starts does its linear algebra in one thread, unless told otherwise: its matrices are small, and
# other reports want the processors. How many of these a machine has then changes no last digit, either.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Rows = Sequence[tuple[str, ...]]


class Command(options.Group):
    """The whole command: whatever goes wrong in it becomes a line on standard error and an exit status."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words before the name of a command; help is written here."""
        with _told(ctx):
            for word in (*args, str(reference.PROJECT)):
                if not is_text(word):
                    raise ParameterError(f"'{word}' is not text in UTF-8. Give that file or folder another name.")
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and end with the exit status of whatever was refused."""
        telling.unwritten()  # of this command alone
        with _told(ctx):
            super().invoke(ctx)
            if why := telling.unwritten():
                raise CouldNotWrite(f"Standard output could not be written ({why}). What was to be made is made.")

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was asked for, or the refusal of its name."""
        if arguments and self.get_command(context, arguments[0]) is None and not arguments[0].startswith("-"):
            raise unknown("command", arguments[0], self.list_commands(context), see="attrition --help")
        if not {"-h", "--help"} & set(arguments):
            reference.check_at_hand()
        return super().resolve_command(context, arguments)


@contextmanager
def _told(context: click.Context) -> Iterator[None]:
    """Tell what goes wrong in here, and end with its exit status."""
    try:
        yield
    except click.NoSuchOption as fault:
        command = fault.ctx or context
        names = [name for option in command.command.params for name in option.opts if name.startswith("--")]
        others = _with_option(fault.option_name) if command.parent and command.parent.command is run else None
        _end(context, others or unknown("option", fault.option_name, names, see=f"{command.command_path} --help"))
    except click.ClickException as fault:  # which click tells
        vars(fault)["message"] = safe_lines(fault.message)
        raise
    except click.exceptions.Exit:
        raise
    except AttritionError as fault:
        _end(context, fault)
    except BrokenPipeError:  # nobody reads the help of a command to its end
        telling.fall_silent(sys.stdout, sys.stderr)
        context.exit()
    except OSError as fault:
        what = ": ".join(str(part) for part in (fault.filename, unwritten.why(fault)) if part)
        _end(context, unwritten.told(f"{what}.", fault, then=", then run the command again"))
    except KeyboardInterrupt:
        say("attrition: stopped. What was made stands; run the command again for the rest.", err=True)
        context.exit(128 + signal.SIGINT)
    except Exception as fault:  # noqa: BLE001  (the one place where anything may arrive)
        _end(context, _unexpected(fault, is_wanted_whole=bool(context.find_root().params.get("debug"))))


def _with_option(option: str) -> ParameterError | None:
    """The refusal of an option that other notebooks have than the one that was to be run; None where none has it."""
    from analysis.publishing.notebooks import notebooks

    with suppress(AttritionError):  # of a damaged notebook, which is not the one that was asked for
        books = [notebooks.notebook(name) for name in notebooks.names()]
        if having := [book.name for book in books if option in {parameter.option for parameter in book.parameters}]:
            return ParameterError(f"No option of this notebook is called '{option}'. {', '.join(having)} have it.")
    return None


def _end(context: click.Context, fault: AttritionError) -> NoReturn:
    """Say what was refused, and end with its status."""
    say(f"attrition: {fault}", err=True)
    context.exit(fault.exit_status)


def _unexpected(fault: Exception, *, is_wanted_whole: bool) -> AttritionError:
    """What to say of an error that nothing foresaw: its kind and place, and no word of it, which may hold a value."""
    if is_wanted_whole:
        say("".join(traceback.format_exception(fault)), err=True, nl=False)
    package = Path(analysis.__file__).parent
    frames = [
        frame for frame in traceback.extract_tb(fault.__traceback__) if Path(frame.filename).is_relative_to(package)
    ]
    place = frames[-1]
    where = f"{Path(place.filename).relative_to(package.parent).as_posix()}, line {place.lineno}"
    return AttritionError(
        f"A fault of this package, not yours: {type(fault).__name__} in {where}. Whatever stood before still stands. "
        "Tell whoever looks after it; 'attrition --debug ...' shows all of it, which may hold words of your files."
    )


class Runs(options.Group):
    """``attrition run``: a command for each notebook, its options read from the notebook's parameters cell."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the notebooks."""
        from analysis.publishing.notebooks import notebooks

        return notebooks.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of one notebook."""
        from analysis.publishing.notebooks import notebooks

        book = notebooks.notebook(cmd_name)
        parameters: list[click.Parameter] = [
            click.Option(
                [parameter.option, parameter.name],
                help=parameter.meaning,
                default=str(parameter.default),
                show_default=True,
                metavar=parameter.kind.__name__,
            )
            for parameter in book.parameters
        ]
        parameters += [
            click.Option(["--out"], **options.OUT),
            click.Option(["--settings"], **options.SETTINGS),
            click.Option(["--draft", "is_draft"], **options.DRAFT),
        ]
        return click.Command(cmd_name, params=parameters, help=book.question, callback=_runner(cmd_name))


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(analysis.__version__, prog_name="attrition")
@click.option("--debug", is_flag=True, help="Show the whole of an error that nothing here foresaw.")
def main(*, debug: bool) -> None:  # noqa: ARG001  (read where such an error arrives)
    """Of the stalking cases that police record, how many are lost, where, and do the printed figures stand?"""
    telling.spell_out(sys.stdout, sys.stderr)
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # whatever level a library sets for itself
    handler.setFormatter(_Sentences())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    click.get_current_context().obj = dict(os.environ)
    _surroundings()


class _Sentences(logging.Formatter):
    """A line of the log as any other line of the command: of which library, but of no module, whatever it tells."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (what logging calls)
        library = record.name.partition(".")[0]
        whose = "" if library == analysis.__name__ else f" of {library}"
        return f"attrition: {record.levelname.lower()}{whose}: {record.message}"

    def format(self, record: logging.LogRecord) -> str:
        return safe_lines(super().format(record))


def _surroundings() -> None:
    """What a command and all that it starts find in their environment."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    for name in _LEFT_OUT:
        os.environ.pop(name, None)
    library = find_spec("matplotlib")
    if library is not None and library.origin:
        os.environ["MATPLOTLIBRC"] = str(Path(library.origin).with_name("mpl-data") / "matplotlibrc")


main.add_command(intake.reduce)
main.add_command(intake.mapping)
main.add_command(fetch.fetch)
main.add_command(check.check)
main.add_command(audit.audit)
main.add_command(release.release)
main.add_command(lab.lab)
main.add_command(lab.new)
main.add_command(batch.batch)
main.add_command(batch.report)
main.add_command(notify.notify)
main.add_command(update.update)
main.add_command(start.start)


def _runner(name: str) -> Callable[..., None]:
    """What ``attrition run NAME`` does with its options."""

    def run(out: Path, *, settings: Path | None, is_draft: bool, **given: str) -> None:
        from analysis.publishing.running import ahead, children

        children.collect_seldom()

        from analysis.publishing.notebooks import jobs, notebooks

        out, publisher = options.draft_place(out) if is_draft else out, options.publisher(settings)
        book, source = notebooks.notebook(name), click.get_current_context().get_parameter_source
        given = {option: value for option, value in given.items() if source(option) is not ParameterSource.DEFAULT}
        with ahead.begun(book.path, _loading()):
            with suppress(DataRefused):  # which publishing meets again, and remembers
                jobs.checked(book, given)  # a mistake is refused before what draws and renders is loaded
            if is_draft:
                say(_published(book, given, out, publisher=publisher, is_draft=True)[1])
            else:
                _run_and_index(book, given, out, publisher=publisher)

    return run


def _loading() -> Iterator[None]:
    """Load what a report needs once its notebook has run, a step at a time."""
    from analysis.publishing.report import making

    yield from making.loading()
    from analysis.publishing.index import index  # noqa: F401

    yield


def _run_and_index(book: Any, given: dict[str, Any], out: Path, *, publisher: Any) -> None:
    """One report, the index that leads to it, and the lines that tell of both."""
    try:
        place, line_published = _published(book, given, out, publisher=publisher)
    except AttritionError:
        from analysis.publishing.index import index

        with suppress(CouldNotWrite):
            index.write_index(out, address=publisher.site or None)  # which says that the run failed
        raise
    from analysis.publishing.index import index

    written = index.write_index(out, address=publisher.site or None)
    for line in (line_published, place.parents[1] / written.name):
        say(line)


def _published(
    book: Any, given: dict[str, Any], out: Path, *, publisher: Any, is_draft: bool = False
) -> tuple[Path, str]:
    """One report or draft, with a progress bar on a terminal: its folder, and the line that tells of it."""
    from analysis.publishing.report import publication

    started = time.monotonic()
    place = publication.publish(
        book, given, out=out, progress=is_terminal(sys.stderr), is_draft=is_draft, publisher=publisher
    )
    sentence = f"{book.name}: {place / 'report.html'} ({time.monotonic() - started:.1f} s){', a draft' * is_draft}"
    return place, sentence


@main.group("run", cls=Runs)
def run() -> None:
    """Run one notebook with parameters and put its report in place."""


@main.command()
@click.option("--out", **options.OUT)
@click.option("--settings", **options.SETTINGS)
@click.option("--address", help="Where the folder is published, for the links of the feed; kept for the next time.")
def index(out: Path, settings: Path | None, address: str | None) -> None:
    """Write the index of the reports in a folder, and run nothing."""
    from analysis.publishing.index import index as pages

    site = options.publisher(settings).site or None
    say(pages.write_index(out, address=site if address is None else address))


def _columns(rows: Rows) -> Rows:
    """Rows padded so that their columns stand below each other; the last is left as it is."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)] if rows else []
    return [(*(cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)), row[-1]) for row in rows]


def _notebooks() -> Rows:
    from analysis.publishing.notebooks import notebooks

    return _columns([(name, notebooks.notebook(name).question) for name in notebooks.names()])


def _forces() -> Rows:
    return _columns([(row["force"], row["nation"], row["other_names"]) for row in reference.force_rows()])


def _offences() -> Rows:
    return _columns([*reference.offences().items(), *(("group", name) for name in reference.offence_groups())])


def _outcomes() -> Rows:
    rows = [(row["scheme"], row["code"], row["disposition"], row["name"]) for row in reference.outcome_rows()]
    return _columns(rows)


def _measures() -> Rows:
    from analysis.reference import definitions, measures

    known = [*measures.MEASURES.values(), *map(definitions.measure, definitions.labels(definitions.FOLDER))]
    rows = [("measure", measure.name, f"{measure.ended}. {measure.whose}") for measure in known]
    bases = [
        ("base", measures.WRITTEN.get(name, name), f"{base.meaning}{_also(name, measures.WRITTEN)}")
        for name, base in measures.BASES.items()
    ]
    return _columns([*rows, *bases])


def _also(name: str, called: dict[str, str]) -> str:
    """The name of a base in records, where it is listed under the word of reports."""
    return f" ({name} in records)" if name in called else ""


def _counts() -> Rows:
    from analysis.counts import counts, latest

    def told(name: str) -> tuple[str, str]:
        try:
            counted = counts.read(name)
            return counted.sensitivity, str(counted.source.title)
        except DataRefused as fault:  # a file of somebody's own hides no other
            return "", str(fault)

    names = [
        (name, "published", f"Stands for {set_name}, the newest that is held")
        for name in latest.NAMES
        if (set_name := counts.stands_for(name)) in counts.available()
    ]
    return _columns([*((name, *told(name)) for name in counts.available()), *names])


def _findings() -> Rows:
    from analysis.reference import findings

    rows = [
        (finding.finding, finding.printed, f"{finding.statement}, out of {finding.out_of}")
        for finding in findings.findings().values()
    ]
    return _columns(rows)


_LISTS: dict[str, Callable[[], Rows]] = {
    "notebooks": _notebooks,
    "forces": _forces,
    "offences": _offences,
    "outcomes": _outcomes,
    "measures": _measures,
    "counts": _counts,
    "findings": _findings,
}


@main.command("list")
@click.argument(
    "what", type=click.Choice(["notebooks", "forces", "offences", "outcomes", "measures", "counts", "findings"])
)
def list_(what: str) -> None:
    """Say what there is: forces, offences, measures, counts and more."""
    rows = _LISTS[what]()
    if not rows:
        raise DataRefused(f"There are no {what} here. They are part of the project: restore data/ with git checkout.")
    for row in rows:
        say("  ".join(row).rstrip())
    if what == "notebooks":
        from analysis.publishing.notebooks import notebooks

        if others := notebooks.left_alone():
            say(others, err=True)
    if what == "measures":
        from analysis.reference import definitions

        if mistakes := definitions.mistakes(definitions.FOLDER):
            say(mistakes, err=True)
