"""What documents print to be typed: commands in lines of their own and in sentences, each with what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.conftest import PROJECT

#: What is written from the code, what another test follows, and what was so when a decision was taken.
LEFT = ("docs/api.md", "docs/commands.md", "docs/quality_log.md", "docs/tutorial.md", "docs/decisions/", "CHANGELOG.md")
PAGES = [
    path.relative_to(PROJECT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "data/**/README.md", "reports/README.md")
    for path in sorted(PROJECT.glob(pattern))
    if not path.relative_to(PROJECT).as_posix().startswith(LEFT)
]
#: The first words by which a line, or what a sentence names, is told to be a command.
PROGRAMS = {
    *("/opt/attrition/.venv/bin/python", "attrition", "conda", "cp", "crontab", "curl", "dask", "journalctl"),
    *("docs/publishing/upload_s3.sh", "jupyter", "make", "mkdir", "papermill", "pipx", "python", "robocopy", "rsync"),
    *("systemctl", "tar", "uvx"),
}
#: What is no command yet: words that stand for a reader's own, or several of which one is to be chosen.
OPEN = re.compile(r"\b[A-Z]{2,}\b|\w\|\w|\.\.\.$")
#: A command by its name alone, and a schema of records, which is called as a command is.
NAME = re.compile(r"attrition [a-z]+|attrition [a-z ]+ \d+")


@dataclass(frozen=True)
class Typed:
    """A command as it is printed, where, and the lines beneath it that say what it answers."""

    page: str
    line: int
    words: str
    answer: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def indented(text: str) -> list[list[tuple[int, str]]]:
    """The blocks of a page that are set off by four spaces, as lines with their numbers; those in fences are left."""
    blocks, is_fenced, goes_on = [], False, False
    for number, line in enumerate(text.splitlines(), 1):
        is_fenced ^= line.startswith("```")
        is_set_off = line.startswith("    ") and not is_fenced
        if is_set_off and not goes_on:
            blocks.append([])
        if is_set_off:
            blocks[-1].append((number, line[4:]))
        goes_on = is_set_off or (goes_on and not line.strip())
    return blocks


def is_command(line: str) -> bool:
    return line.split(" ", maxsplit=1)[0] in PROGRAMS


def in_lines(page: str, text: str) -> list[Typed]:
    """The commands that stand in lines of their own."""
    found = []
    for block in indented(text):
        places = [place for place, (_, line) in enumerate(block) if is_command(line)]
        for place, after in zip(places, [*places[1:], len(block)], strict=False):
            number, line = block[place]
            words = re.sub(r"\s+# .*", "", line).strip()
            found.append(Typed(page, number, words, tuple(answer for _, answer in block[place + 1 : after])))
    return found


def in_sentences(page: str, text: str) -> list[Typed]:
    """The whole commands that sentences name."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        named = [words for words in re.findall(r"`([^`]+)`", line) if " " in words and not line.startswith("    ")]
        whole = [words for words in named if is_command(words) and not OPEN.search(words) and not NAME.fullmatch(words)]
        found += [Typed(page, number, words) for words in whole]
    return found


def commands() -> dict[str, list[Typed]]:
    """The commands of every page that has some, each where it is printed first; lines go before sentences."""
    first = {}
    for of_page in (in_lines, in_sentences):
        for page in PAGES:
            for one in of_page(page, (PROJECT / page).read_text("utf-8")):
                first.setdefault(one.words, one)
    return {page: own for page in PAGES if (own := [one for one in first.values() if one.page == page])}
