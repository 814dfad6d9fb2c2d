"""The sets of counts that stand: what a name holds already, and whether a set may have a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.counts import counts, latest, ledger, private_store
from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger
from analysis.errors import DataRefused, ParameterError
from analysis.intake.reading import Request

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

#: What sets beside the main one hold, for their titles.
ENDINGS = {
    "lags": ", by time to outcome",
    "features": ", by features of the case",
    "closed": ", investigations closed",
    "crimes": ", recorded crime",
}


@dataclass(frozen=True)
class Reduced:
    """What a reduction made: its sets of counts, the main one first, and the account of how.

    ``told_owner`` is for the terminal alone: what files and sheets are called.
    """

    sets: tuple[Counts, ...]
    ledger: Ledger
    told_owner: tuple[str, ...] = ()


def sets_before(account: Path) -> tuple[str, ...]:
    """The sets that a name has, by its ledger; by the endings that there are where that cannot be read any more.

    Parameters
    ----------
    account
        A ledger.

    Returns
    -------
    tuple[str, ...]
        Endings of names, "" for the main set.
    """
    if not account.is_file():
        return ()
    try:
        return ledger.read_public(account).sets
    except DataRefused:
        name = account.name.removesuffix(".ledger.json")
        return (name, *(f"{name}_{end}" for end in ENDINGS))


def refuse_bundled(name: str) -> None:
    """Refuse the name of a set that is part of the project, of one beside it, or of one whose sets beside it are.

    Parameters
    ----------
    name
        What a set would be called.

    Raises
    ------
    ParameterError
        For a name that is taken by the project.
    """
    if name in latest.NAMES:
        raise ParameterError(
            f"'{name}' stands for the newest counts that are held, whatever they are called. Choose another name with "
            f"--as, such as '{name}_own'."
        )
    own = counts.BUNDLED & {name, *(f"{name}_{end}" for end in ENDINGS)}
    if own:
        raise ParameterError(
            f"Set '{min(own)}' is part of the project, and every report of it rests on it being what it was. Choose "
            f"another name with --as, such as '{name}_own'. 'make counts' builds the project's own sets again."
        )


def check_name(folder: Path, request: Request, *, append: bool) -> None:
    """Refuse a name that cannot be, one that is taken, and a release of people whose secret is not at hand.

    Parameters
    ----------
    folder
        Where the sets would stand.
    request
        What was asked for.
    append
        Whether a set is there to be added to.

    Raises
    ------
    ParameterError
        For a name that cannot be or is taken.
    DataRefused
        When the secret of earlier releases is gone.
    """
    if not _NAME.fullmatch(request.name):
        raise ParameterError(
            f"'{request.name}' cannot name a set of counts. Use small letters, digits and underscores, a letter first."
        )
    account = folder / f"{request.name}.ledger.json"
    if not account.is_file():
        if (folder / f"{request.name}.parquet").exists():
            raise ParameterError(
                f"Set '{request.name}' was not made by 'attrition reduce' and is not replaced by it. Choose another "
                "name with --as."
            )
        if append:
            raise ParameterError(f"There is no set '{request.name}' to add to. Leave out --append the first time.")
    elif not append:
        _refuse_without_secret(account, request.name)


def refuse_released_elsewhere(main: Counts) -> None:
    """Refuse cases of forces and months that a set holds which was released under a secret that is not here.

    Parameters
    ----------
    main
        Exact counts of people by month.

    Raises
    ------
    DataRefused
        Where such a set stands in data/counts/, whatever it is called.
    """
    if main.sensitivity != "restricted":
        return
    for path in counts.FOLDER.glob("*.ledger.json"):
        name = path.name.removesuffix(".ledger.json")
        try:
            released = ledger.read_public(path)
            if released.sensitivity != "restricted" or private_store.is_here(name):
                continue
            stands = counts.read_file(path.with_name(f"{name}.parquet"))
        except DataRefused:
            continue  # what cannot be read tells nothing
        shared = [set(main.forces) & set(stands.forces), set(main.offences) & set(stands.offences)]
        if all(shared) and any(first in stands.coverage.span for first in main.coverage.periods):
            raise DataRefused(
                f"Set '{name}' stands in {counts.FOLDER} and covers forces and months of these files, but the secret "
                f"that it was released under is not in {private_store.folder()}. The same cases released under another "
                f"tell what the first hides. Reduce them where '{name}' was made, put a copy of that folder in place, "
                f"or read '{name}' as it stands. Where it and what was made of it are withdrawn, remove it first."
            )


def _refuse_without_secret(account: Path, name: str) -> None:
    """Refuse to release again, under another secret, what was released with one that is not here."""
    try:
        released = ledger.read_public(account)
    except DataRefused:
        return  # damaged, or made before there was a release: replaced
    if released.sensitivity == "restricted" and not private_store.is_here(name):
        raise DataRefused(
            f"Set '{name}' was released from another copy of the project: its exact counts and the secret of its "
            f"release are not in {private_store.folder()}. A second release under another secret can tell what the "
            "first hides. Reduce it where it was made, or put a copy of that folder in place. Other cases take another "
            "name with --as."
        )
