"""Which files there are, and what is in the archives among them, without trusting either.

Names of files may stand in an error; nothing that is in them does.
"""

from __future__ import annotations

import errno
import hashlib
import lzma
import os
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import CouldNotWrite, DataRefused, ParameterError
from analysis.intake.scratch import Scratch
from analysis.safe_words import is_safe, safe
from analysis.system import unwritten
from analysis.system.folders import is_hidden, is_text

CHUNK = 1 << 20
#: What unpacks to more than this many times its size, and to more than BOMB_FROM bytes, is no table: a member, or all
#: that are wanted together.
BOMB_RATIO = 400
BOMB_FROM = 64 * CHUNK
#: What Python's own reader of archives comes to grief with on one that is damaged, or made to be.
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,  # a name that is no text among them
)


def _below(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """The files below a folder with one of these endings, in order, but for those in hidden folders.

    Refuses a folder where something below may not be listed: its files would be left out without a word.
    """

    def refuse(fault: OSError) -> None:
        raise DataRefused(f"{fault.filename} cannot be read ({unwritten.why(fault)}). {unwritten.advice(fault)}")

    found: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(Path(where, name) for name in names)
    return sorted(path for path in found if _ends(path, endings) and path.is_file())


def listed(paths: Iterable[Path], endings: tuple[str, ...], *, what: str) -> list[Path]:
    """Every file that is meant, a folder standing for the files below it with one of these endings, in order of name.

    Folders below it whose name begins with a dot are not entered: .ipynb_checkpoints holds older copies. A file that is
    named itself is taken whatever its ending.

    Parameters
    ----------
    paths
        Files and folders.
    endings
        Endings of names that are looked for in folders, as ".csv".
    what
        What the files should be, in the plural.

    Returns
    -------
    list[Path]
        Files, each once.

    Raises
    ------
    ParameterError
        When a path is not there.
    DataRefused
        When a folder holds no such file or a name is no text, or cannot be told as it stands.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = _below(path, endings)
            if not below:
                raise DataRefused(f"{path} is a folder without {what} ({', '.join(endings)}). Name another.")
            files.extend(below)
        elif path.exists():
            if not path.is_file():
                raise DataRefused(f"{path} is not a file that can be read from start to end. Save it to one first.")
            files.append(path)
        elif path.is_symlink():
            raise ParameterError(
                f"{path} is a link that leads nowhere. Put back what it leads to, or name another file."
            )
        else:
            raise ParameterError(f"{path} is not there. Check the name; a folder may be given too.")
    unique = list(dict.fromkeys(file.resolve() for file in files))
    for path in unique:
        if not is_text(str(path)):
            raise DataRefused(
                f"{path}: its name, or a folder's, is not text in UTF-8 and cannot be written down. Rename it."
            )
    if not unique:
        raise ParameterError(f"No {what} were named.")
    for file in unique:
        if not is_safe(file.name):
            raise DataRefused(f"{safe(file.name)}: its name holds a character that cannot be seen. Rename it.")
    return unique


def _ends(path: Path, endings: tuple[str, ...]) -> bool:
    name = path.name.casefold()
    return name.endswith(endings) and not name.startswith((".", "~$"))


def passed_over(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """The files below a folder that ``listed`` leaves out for their endings, in order of name.

    Parameters
    ----------
    folder
        A folder.
    endings
        Endings of names that are read, as ".csv".

    Returns
    -------
    list[Path]
        Files; none whose name begins with a dot, or as those do that a program keeps beside an open file.
    """
    return [path for path in _below(folder, ("",)) if not _ends(path, endings)]


def checksum(path: Path) -> str:
    """The SHA-256 of a file.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    DataRefused
        When it is gone or cannot be read.
    """
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reading(path: Path, name: str = "") -> Iterator[None]:
    """Turns what goes wrong while a file is read into a refusal that names it: by ``name``, where that says more.

    Parameters
    ----------
    path
        The file that is read.
    name
        What messages call it; its own name where this is "".

    Yields
    ------
    None
        While the file is read.

    Raises
    ------
    DataRefused
        For a file that is gone, may not be read, or is broken.
    CouldNotWrite
        Where there is no room to unpack it.
    """
    name = name or path.name
    try:
        yield
    except FileNotFoundError:
        raise DataRefused(f"{name} was there and is gone. Put it back and start again.") from None
    except PermissionError:
        raise DataRefused(f"{name} may not be read by this user. Ask whoever owns it.") from None
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CouldNotWrite(
                f"No room left to unpack {name} in {tempfile.gettempdir()}. Free some, or set TMPDIR to a larger "
                "disk. Nothing was written."
            ) from None
        if fault.errno == errno.EFBIG:
            raise CouldNotWrite(
                f"{name} unpacked is a larger file than may be written in {tempfile.gettempdir()}. Raise the limit "
                "(ulimit -f), or set TMPDIR to another disk. Nothing was written."
            ) from None
        raise DataRefused(
            f"{name} cannot be read ({fault.strerror or type(fault).__name__}). Copy it to this machine, then "
            "start again."
        ) from None


def members(
    path: Path,
    endings: tuple[str, ...] | None,
    *,
    unlock: str = "First unpack it and name the files.",
    lessen: str = "If it is to be trusted, unpack it and name the files.",
) -> list[zipfile.ZipInfo]:
    """The members of a zip archive with one of these endings, in order of name, but for hidden ones.

    Parameters
    ----------
    path
        A zip archive.
    endings
        Endings of names, as ".csv"; None for every member whatever its name, hidden ones too.
    unlock
        What to do about a password, a sentence.
    lessen
        What to do with a file that unpacks to too much, a sentence.

    Returns
    -------
    list[zipfile.ZipInfo]
        Members, in order of name.

    Raises
    ------
    DataRefused
        For a file that is not a whole zip archive, for two members of one name, for a member under a password, and for
        one that would unpack, or several that would together, to many times what they should.
    """
    with reading(path):
        try:
            with zipfile.ZipFile(path) as archive:
                matching = [entry for entry in archive.infolist() if endings is None or _is_shown(entry, endings)]
        except DAMAGED:
            raise DataRefused(
                f"{path.name} is not a whole zip archive: cut short or damaged. Download or copy it again."
            ) from None
    _refuse_members(path, matching, unlock=unlock, lessen=lessen)
    return sorted(matching, key=lambda entry: entry.filename)


def shown_names(path: Path) -> list[str]:
    """The names of all members of a zip archive, in order, but for hidden ones.

    Parameters
    ----------
    path
        A zip archive that ``members`` takes.

    Returns
    -------
    list[str]
        Names.
    """
    with reading(path), zipfile.ZipFile(path) as archive:
        return sorted(entry.filename for entry in archive.infolist() if _is_shown(entry, ("",)))


def _is_shown(entry: zipfile.ZipInfo, endings: tuple[str, ...]) -> bool:
    """Whether a member is a file with one of these endings, neither hidden nor in what is."""
    name = Path(entry.filename)
    return not entry.is_dir() and _ends(name, endings) and not is_hidden(name) and "__MACOSX" not in name.parts


def _refuse_members(path: Path, matching: list[zipfile.ZipInfo], *, unlock: str, lessen: str) -> None:
    """Refuse members that cannot be told apart, opened, or unpacked within reason."""
    names = Counter(entry.filename for entry in matching)
    for entry in matching:
        if names[entry.filename] > 1:
            raise DataRefused(
                f"{path.name} holds {names[entry.filename]} files that are called '{entry.filename}': which of them is "
                "meant cannot be told. Make it again, each file in it under a name of its own."
            )
        if entry.flag_bits & 0x1:
            raise DataRefused(f"{path.name}: '{safe(entry.filename)}' is under a password. {unlock}")
        if entry.file_size > BOMB_FROM and entry.file_size > BOMB_RATIO * max(entry.compress_size, 1):
            raise DataRefused(
                f"{path.name}: '{safe(entry.filename)}' would unpack to {entry.file_size / 1e6:,.0f} MB, over "
                f"{BOMB_RATIO} times its size, as no table does. {lessen}"
            )
    size, packed = (sum(getattr(entry, kind) for entry in matching) for kind in ("file_size", "compress_size"))
    if size > BOMB_FROM and size > BOMB_RATIO * max(packed, 1):
        raise DataRefused(
            f"{path.name} would unpack to {size / 1e6:,.0f} MB, over {BOMB_RATIO} times its size, as no tables do. "
            f"{lessen}"
        )


def unpacked(path: Path, member: zipfile.ZipInfo, into: Scratch) -> Path:
    """One member of an archive as a file of its own, no longer than the archive says it is.

    Parameters
    ----------
    path
        A zip archive.
    member
        The member that is wanted.
    into
        Where its bytes go.

    Returns
    -------
    Path
        A file that ends with this process.

    Raises
    ------
    DataRefused
        When the member is damaged.
    CouldNotWrite
        When there is no room.
    """
    with reading(path):
        try:
            target = into.file()
            with zipfile.ZipFile(path) as archive, archive.open(member) as packed, target.open("wb") as out:
                left = member.file_size
                while block := packed.read(CHUNK):
                    left -= len(block)
                    if left < 0:
                        raise zipfile.BadZipFile
                    out.write(block)
        except (*DAMAGED, OSError) as fault:
            if isinstance(fault, OSError) and fault.errno:  # of the disk; bzip2's own have no number
                raise
            raise DataRefused(
                f"{path.name}: '{safe(member.filename)}' is damaged and cannot be unpacked. Download or copy it again."
            ) from None
    return target
