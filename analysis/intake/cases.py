"""Case files that a force or a reviewer hands over: any table, with a mapping that says what its columns are.

Each case is counted once. ``reduce`` gives up to three sets of counts: cases by force, month, offence and outcome;
where outcomes have dates, the same by time to outcome; and, where the mapping declares features, cases by force,
offence, outcome and all features, without their months. They are kept apart so that none is a list of cases in
disguise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.errors import ParameterError
from analysis.intake import case_sources, faults
from analysis.intake import mapping as mappings
from analysis.intake.case_reader import CaseReader
from analysis.intake.engine import connection
from analysis.intake.files import listed, scratch
from analysis.intake.mapping import Mapping
from analysis.intake.reading import Described, Reading, Request, Task

SHARES = 8  # at most so many tasks for the forces that stand in the same files


@dataclass(frozen=True)
class CaseTask:
    """The rows of some forces in some files; of all forces when ``forces`` is empty."""

    paths: tuple[Path, ...]
    mapping: Mapping
    allowed: int
    forces: tuple[str, ...] = ()
    others: bool = True

    @property
    def label(self) -> str:
        """What a progress bar calls it."""
        return ", ".join(self.forces) or ", ".join(path.name for path in self.paths)

    def read(self) -> Reading:
        """Read, check and count. Raises DataRefused with every fault that is not allowed, all in one message."""
        with scratch() as folder, connection(folder) as database:
            reader = CaseReader(self.paths, self.mapping, database, folder)
            return reader.reading(self.forces, others=self.others, allowed=self.allowed)


def tasks(paths: list[Path], request: Request) -> list[Task]:
    """One task for this machine; on a cluster one for each few forces, with the files that hold them.

    Raises ParameterError without a mapping, DataRefused for a mapping that is not as it must be.
    """
    if request.mapping is None:
        raise ParameterError(
            "Case files need --mapping FILE, which says what each column is. 'attrition mapping CASEFILE --out FILE' "
            "drafts one."
        )
    mapping = mappings.read(request.mapping)
    allowed = faults.allowed_bits(sorted(request.allow))
    files = tuple(listed(paths, case_sources.ENDINGS, what="case files"))
    if not request.is_spread or "force" not in mapping.columns:
        return [CaseTask(files, mapping, allowed)]
    return _shared_out(files, mapping, allowed)


def described(reading: Reading, request: Request) -> Described:
    """Case files are their owner's: restricted, unless the mapping says that they are made up."""
    mapping = mappings.read(request.mapping) if request.mapping else None
    is_made_up = mapping is not None and mapping.sensitivity == "synthetic"
    followed = date.fromisoformat(reading.taken)
    return Described(
        title="Made-up cases" if is_made_up else "Case files as received",
        publisher="made up by this project" if is_made_up else "case files, not published",
        address="",
        licence="Synthetic: no real case is in it" if is_made_up else "Handle as the owner of the files asks",
        sensitivity=mapping.sensitivity if mapping else "restricted",
        notes=(
            f"Followed to {followed.day} {followed:%B %Y}; a case without an outcome by then is undecided",
            f"Rule for a case with several outcomes: {mapping.several_outcomes if mapping else 'refuse'}",
        ),
    )


def _shared_out(files: tuple[Path, ...], mapping: Mapping, allowed: int) -> list[Task]:
    """Tasks that share no case, since a case belongs to one force: the forces of the same files, a few at a time."""
    held: dict[str, list[Path]] = {}
    odd: list[Path] = []
    for path in files:
        with scratch() as folder, connection(folder) as database:
            names, is_odd = CaseReader((path,), mapping, database, folder).forces()
        for name in names:
            held.setdefault(name, []).append(path)
        odd += [path] if is_odd else []
    groups: dict[tuple[Path, ...], list[str]] = {}
    for name, where in sorted(held.items()):
        groups.setdefault(tuple(where), []).append(name)
    found: list[Task] = [
        CaseTask(where, mapping, allowed, tuple(names[start::SHARES]), others=False)
        for where, names in groups.items()
        for start in range(min(SHARES, len(names)))
    ]
    return [*found, CaseTask(tuple(odd), mapping, allowed, ("",))] if odd else found
