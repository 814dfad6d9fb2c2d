"""A batch that is killed again and again: is every report whole at every moment, and is the end as if nothing had been?

    python -m benchmarks.killed [--moments 200] [--seed 20241125]

A batch of 57 quick jobs is made by the command, in a process of its own; every fourth run starts a kernel for each job.
At so many random moments something is killed by SIGKILL: the batch, the fork server that makes its reports, the process
of one report, a kernel. A killed batch is run again, until it is done; then its notebooks change, some reports are
damaged, reports of an earlier period are put there for ``--keep`` to remove, and it begins anew. A reader looks at
every report all the while. In the end the reports must be the same bytes as those of a batch left alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks import quick_batch
from benchmarks.command import Command, command, end, left
from benchmarks.measure import markdown
from benchmarks.whole_reports import differences, standing

RESULTS = Path(__file__).with_name("results") / "killed.md"
PHASES = ("starting", "planning", "making", "index", "ending")
KINDS = ("batch", "batch", "server", "report", "kernel")  # in turn; twice a batch, so that it is met while it starts
PATIENCE = 300  # seconds after which a run that nobody has killed hangs
_LOOK = 0.01
_TOLD = (
    "{moments} moments in batches of {jobs} quick jobs on two workers, {rounds} times from the beginning, {runs} runs, "
    "{minutes:.0f} minutes, {when}. Python {python}. A batch that was killed was run again; what was killed within one "
    "it tried once more itself, and the next run did if that was killed too."
)


@dataclass
class Strained:
    """What came of it."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    rounds: int = 0
    runs: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    torn: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    longest: float = 0.0  # seconds that what a killed batch started was still there


class Strain:
    """A batch below a folder, and whoever kills it."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        forces: int = len(quick_batch.FORCES),
        kernels: bool = True,
        pause: float = 0.05,
        tell: Callable[[int], object] = lambda _: None,
    ) -> None:
        self.folder, self.random, self.strained = folder, random.Random(seed), Strained()
        self.pause, self.tell = pause, tell  # between two looks of the reader; of how many were killed
        self.out, self.staging = folder / "killed", folder / ".killed-staging"
        self.quick, self.kernels = folder / "quick.ipynb", kernels
        self.version("first")
        those = quick_batch.FORCES[:forces]
        table = quick_batch.reports_of(self.quick, those)
        self.file = quick_batch.write_batch(folder / "strained.toml", table, title="Killed")
        earlier = quick_batch.reports_of(self.quick, those[:2], [quick_batch.EARLIER])
        self.earlier = quick_batch.write_batch(folder / "earlier.toml", earlier)
        self.jobs = forces * len(quick_batch.PERIODS)
        self.mark, self.held, self.unread = f"{folder.name}-{seed}", list[int](), list[str]()

    def version(self, name: str) -> None:
        """Let the notebook be another version of itself: every report is out of date."""
        title = f'answer.table("How many withdrew, the {name} time")'
        quick_batch.write_notebook(self.quick, title)

    def run(self, moments: int) -> Strained:
        """Kill at so many moments, then let it be done, and look at what stands there."""
        self.out.mkdir(exist_ok=True)
        try:
            with command("-m", "benchmarks.whole_reports", self.out, self.pause, mark=self.mark, asks=True) as reader:
                while self.strained.kills.total() < moments:
                    self._begin_anew(reader)
                    self._round(moments)
                self.version("first")
                self._left_alone(self.file, "--keep", "3")
                told = json.loads(reader.ended(PATIENCE).splitlines()[-1])
            self.strained.seen, self.strained.torn = told["seen"], told["torn"]
            self.strained.gone = [name for name in told["gone"] if "2024-04_2024-06" not in name]
            self._look_at_the_end()
        finally:
            end(self.mark)
            for held in self.held:
                os.close(held)
        return self.strained

    def _begin_anew(self, reader: Command) -> None:
        """Every report out of date, a few damaged, some of an earlier period."""
        self.strained.rounds += 1
        self.version("first" if self.strained.rounds % 2 else "second")
        self._left_alone(self.earlier)
        stand = sorted(path for path in self.out.glob("*/force-*") if "2024-04_2024-06" not in path.name)
        for place in self.random.sample(stand, min(3, len(stand))):
            self.held.append(os.open(place, os.O_RDONLY))  # so that no other folder gets its inode
            reader.say(place.stat().st_ino)
            while f"heard {place.stat().st_ino}\n" not in reader.said():
                time.sleep(_LOOK)
            spoilt = self.random.choice([path for path in sorted(place.rglob("*")) if path.is_file()])
            spoilt.write_bytes(spoilt.read_bytes()[:100])
            if spoilt.name in ("manifest.json", "results.json"):  # the next edition says that this one cannot be read
                self.unread.append(place.relative_to(self.out).as_posix())

    def _round(self, moments: int) -> None:
        """Run the batch until it is done, and kill meanwhile."""
        while self.strained.kills.total() < moments:
            self.strained.runs += 1
            killed = 0
            engine = ("--engine", "plain") if self.kernels and self.strained.runs % 4 == 0 else ()
            with self._batch(self.file, "--keep", "3", *engine) as batch:
                watch = _Watch(batch, self.out, self.staging)
                while self.strained.kills.total() < moments and self._killed(batch, watch):
                    killed += 1
                status = batch.wait(PATIENCE)
            if status == 0:
                return
            if status != -9 and not (killed and status in (5, 6)):
                raise RuntimeError(f"the batch ended with {status}: {batch.said()[-2000:]}")
            if status == -9 and self.random.random() < 0.5:  # else the next one meets what the last one left
                self._wait_until_gone()

    def _killed(self, batch: Command, watch: _Watch) -> bool:
        """Kill something at a random moment of a run; False where the run is over, or was killed itself."""
        kind = KINDS[self.strained.kills.total() % len(KINDS)]
        aim = self.random.choices(PHASES, weights=(2, 1, 4, 2, 1))[0] if kind == "batch" else "making"
        if not watch.reached(aim) or not watch.is_there("server" if kind == "server" else "report", kind != "batch"):
            return False
        watch.follow(self.random.random() * {"starting": 3, "making": 4}.get(aim, 0.5))
        found, phase = batch.family(), watch.phase()
        if kind == "kernel" and not found["kernel"]:  # few runs have some
            kind = "report"
        if not found[kind]:
            return batch.is_running()
        batch.kill(self.random.choice(found[kind]))
        self.strained.kills[kind, phase] += 1
        self.tell(self.strained.kills.total())
        return kind != "batch"

    def _wait_until_gone(self) -> None:
        begun = time.monotonic()
        self.strained.faults += [f"still there: {one}" for one in left(self.mark, but="whole_reports")]
        self.strained.longest = max(self.strained.longest, time.monotonic() - begun)

    def _batch(self, file: Path, *words: str) -> Command:
        return command("-m", "analysis.cli", "batch", file, "--out", self.out, "--workers", "2", *words, mark=self.mark)

    def _left_alone(self, file: Path, *words: str) -> str:
        """What a run says that nobody kills. Raises RuntimeError where it does not end well."""
        with self._batch(file, *words) as batch:
            if status := batch.wait(PATIENCE):
                raise RuntimeError(f"left alone the batch ended with {status}: {batch.said()[-2000:]}")
        return batch.said()

    def _look_at_the_end(self) -> None:
        """Nothing left behind, and the bytes of a batch left alone, but for editions that tell of a damaged one."""
        faults = self.strained.faults
        stood = standing(self.out)
        told = self._left_alone(self.file)
        if f"strained: {self.jobs} up to date (" not in told or standing(self.out) != stood:
            faults.append(f"run once more it did something: {told}")
        told = self._left_alone(self.file, "--verify")
        if "nothing foreign" not in told:
            faults.append(f"--verify: {told}")
        self._wait_until_gone()
        killed, kept = self.out, list(self.staging.rglob("*"))
        faults += [f"left in the staging folder: {path.relative_to(self.staging)}" for path in kept]
        self.out = self.folder / "alone"
        self._left_alone(self.file)
        faults += differences(killed, self.out, unread=self.unread)


class _Watch:
    """How far a run is, from what it leaves on the disk."""

    def __init__(self, batch: Command, out: Path, staging: Path) -> None:
        self.batch, self.out, self.token = batch, out, staging / "batch" / "token"
        self.before = self._made()
        self.is_made = False

    def _made(self) -> str:
        try:
            return self.token.read_text()
        except OSError:
            return ""

    def phase(self) -> str:
        """Starting until it holds the lock, then planning, making, writing the index, ending."""
        try:
            held = json.loads((self.out / ".state" / "batch.lock").read_text())
        except (OSError, ValueError):
            held = {}
        if held.get("process") != self.batch.process.pid:
            return "starting"
        now = self._made()
        if now and now != self.before:
            self.is_made = True
            return "making"
        if (self.out / "forces").is_dir() and not (self.out / ".state" / "index.key").exists():
            return "index"
        return "ending" if self.is_made else "planning"

    def reached(self, aim: str) -> bool:
        """Wait for a phase, or one after it; False where the run ended before."""
        return self._waited(lambda: PHASES.index(self.phase()) >= PHASES.index(aim))

    def is_there(self, kind: str, is_waited_for: bool) -> bool:
        """Wait for a process of a kind, if it is to be waited for; False where the run ended before."""
        return self._waited(lambda: not is_waited_for or bool(self.batch.family()[kind]))

    def follow(self, seconds: float) -> None:
        """Follow a run for so long, or to its end."""
        until = time.monotonic() + seconds
        self._waited(lambda: bool(self.phase()) and time.monotonic() > until)

    def _waited(self, is_so: Callable[[], bool]) -> bool:
        until = time.monotonic() + PATIENCE
        while self.batch.is_running():
            if is_so():
                return True
            if time.monotonic() > until:
                raise RuntimeError(f"the batch hangs: {self.batch.said()[-2000:]}")
            time.sleep(_LOOK)
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20241125)
    asked, begun = parser.parse_args(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        strain = Strain(Path(folder), seed=asked.seed, tell=lambda number: print(f"{number} killed", file=sys.stderr))
        found = strain.run(asked.moments)
    told = _TOLD.format(
        moments=asked.moments,
        jobs=strain.jobs,
        rounds=found.rounds,
        runs=found.runs,
        minutes=(time.monotonic() - begun) / 60,
        when=f"{date.today().day} {date.today():%B %Y}",
        python=platform.python_version(),
    )
    RESULTS.write_text(f"# A batch that is killed\n\n{told}\n\n{_kills(found)}\n{_seen(found)}", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))
    if found.torn or found.gone or found.faults:
        raise SystemExit("\n".join([*found.torn, *found.gone, *found.faults]))


def _kills(found: Strained) -> str:
    names = {
        "batch": "the batch",
        "server": "its fork server",
        "report": "the process of a report",
        "kernel": "a kernel",
    }
    rows = []
    for kind in dict.fromkeys(KINDS):
        counted = [found.kills[kind, phase] for phase in PHASES]
        rows.append((names[kind], *map(str, counted), str(sum(counted))))
    return markdown(("killed while", *PHASES, "together"), rows)


def _seen(found: Strained) -> str:
    rows = [
        ("whole reports read meanwhile", f"{found.seen.get('whole', 0):,}"),
        ("replaced while they were read, and so opened again", f"{found.seen.get('replaced meanwhile', 0):,}"),
        ("reports that were not whole, or gone", str(len(found.torn) + len(found.gone))),
        ("seconds until all that a killed batch had started was gone, at most", f"{found.longest:.1f}"),
        ("in the end: files that differ, or are left over", str(len(found.faults))),
    ]
    return markdown(("what was seen", "number"), rows)


if __name__ == "__main__":
    main()
