"""Bytes and text of a file, and the one error that says what is wrong with it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from formulations.caret import pointed

#: Larger files are refused, before or after unpacking: they would fill the memory of an ordinary machine.
LARGEST_FILE = 512 * 1024 * 1024
_SHOWN = 160


class FileError(ValueError):
    """A file that cannot be read: what is wrong, in which file and line (from 1), its text, and what to do.

    ``column`` counts characters of ``text`` from 0, or is None. ``line`` None means the file as a whole.
    """

    def __init__(
        self,
        file: str,
        reason: str,
        *,
        line: int | None = None,
        text: str = "",
        column: int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(file, reason, line, text, column, hint)
        self.file = file
        self.reason = reason
        self.line = line
        self.text = text
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        lines = [f"{place}: {self.reason}" if place else self.reason]
        if self.text and self.column is not None:
            lines.append(pointed(self.text, self.column))
        elif self.text:
            lines.append(f"  {shortened(self.text)}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


def shortened(text: str) -> str:
    """The text on one line, printable, and cut where it is long."""
    line = "".join(character if character.isprintable() else " " for character in text).strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}..."


def load(path: Path) -> bytes:
    """The bytes of a file, unpacked if it ends in ``.gz``. Raises FileError for whatever prevents it."""
    name = path.name
    try:
        if path.is_dir():
            raise FileError(str(path), "is a directory", hint="name the file inside it")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _too_large(name, size)
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileError(str(path), "there is no such file", hint=_neighbors(path)) from None
    except OSError as error:
        raise FileError(str(path), f"cannot be opened ({error.strerror or error})", hint="check its rights") from None
    if path.suffix.lower() == ".gz":
        data = _unpacked(data, name)
    if not data.strip():
        raise FileError(name, "the file is empty", hint="was it saved, or copied to its end?")
    return data


def _unpacked(data: bytes, name: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(data, LARGEST_FILE)
    except zlib.error as error:
        raise FileError(name, f"is not a gzip file ({error})", hint="remove .gz from its name if it is text") from None
    if unpacker.unconsumed_tail:
        raise _too_large(name, LARGEST_FILE)
    if not unpacker.eof:
        raise FileError(name, "the gzip file ends in the middle", hint="it was cut off: copy it again")
    return text if not unpacker.unused_data else gzip.decompress(data)[:LARGEST_FILE]


def _too_large(name: str, size: int) -> FileError:
    limit = LARGEST_FILE // 1024**2
    reason = f"the file holds {size // 1024**2} MB, the limit is {limit} MB"
    return FileError(name, reason, hint="solve a file of this size with a solver's own command line")


def _neighbors(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no directory {path.parent} either"
    alike = sorted(entry.name for entry in path.parent.iterdir() if entry.stem == path.stem)
    return f"did you mean {', '.join(alike[:3])}?" if alike else "check its name and directory"


def decoded(data: bytes, file: str) -> str:
    """UTF-8 text, a byte order mark removed, line ends made ``\\n``. Raises FileError for anything else."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(file, "the text is UTF-16", hint="save it again as UTF-8")
    if b"\x00" in data[:65536]:
        raise FileError(file, "is not a text file (it holds null bytes)", hint="check that this is the right file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        around = data[data.rfind(b"\n", 0, error.start) + 1 :].split(b"\n", 1)[0].decode("utf-8", "replace")
        raise FileError(
            file,
            f"byte 0x{data[error.start]:02x} is not UTF-8 text",
            line=line,
            text=around,
            hint="save the file again as UTF-8, or check that it is a text file",
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
