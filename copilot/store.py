"""A folder of session files, with a listing that survives damaged ones."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from copilot.session import Session, SessionFileError, load_session, save_session

SUFFIX = ".session.json"


@dataclass(frozen=True, slots=True)
class Listed:
    """One stored session; ``problem`` says why it cannot be opened, empty if it can."""

    name: str
    path: Path
    title: str
    saved_at: datetime
    versions: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    folder: Path

    def path(self, name: str) -> Path:
        """Where the session called ``name`` lies. Raises ValueError for a name that is no file name."""
        if not re.fullmatch(r"[\w-][\w.-]{0,99}", name):
            raise ValueError(f"{name!r} is no name for a session: use letters, digits, dashes and dots")
        return self.folder / f"{name}{SUFFIX}"

    def save(self, session: Session, name: str = "") -> str:
        """Saves under ``name``, or under a free name made from the title or the text; returns the name."""
        name = name or self._free_name(session.title or session.text)
        save_session(session, self.path(name))
        return name

    def load(self, name: str) -> Session:
        """Raises SessionFileError."""
        return load_session(self.path(name))

    def revision(self, name: str) -> str:
        """A key of what is stored under this name, another one for other content; "" if nothing is."""
        path = self.path(name)
        try:
            state = path.stat()
            return _digest(path, state.st_ino, state.st_mtime_ns, state.st_size)
        except OSError:
            return ""

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def listing(self) -> tuple[Listed, ...]:
        """All sessions, the latest first; damaged ones are listed with their problem."""
        if not self.folder.is_dir():
            return ()
        found = [_listed(path) for path in self.folder.glob(f"*{SUFFIX}") if not path.name.startswith(".")]
        return tuple(sorted(found, key=lambda entry: (entry.saved_at, entry.name), reverse=True))

    def _free_name(self, words: str) -> str:
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
        base = "-".join(re.findall(r"[a-z0-9]+", plain)[:6])[:60] or "session"
        name, number = base, 2
        while self.path(name).exists():
            name, number = f"{base}-{number}", number + 1
        return name


@lru_cache(maxsize=64)
def _digest(path: Path, inode: int, modified: int, size: int) -> str:
    """Of the content of a file in this state, which is read once."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _listed(path: Path) -> Listed:
    state = path.stat()
    return _listed_as(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=512)
def _listed_as(path: Path, modified: int, size: int) -> Listed:
    """The entry of a file in this state, which is read once: sessions with many studies are long."""
    name = path.name.removesuffix(SUFFIX)
    saved_at = datetime.fromtimestamp(modified / 1e9, UTC)
    try:
        session = load_session(path)
    except SessionFileError as error:
        return Listed(name, path, name, saved_at, 0, str(error))
    return Listed(name, path, session.title or name, saved_at, len(session.versions))


def default_store(environment: Mapping[str, str] | None = None) -> Store:
    """Sessions in the user's data directory, or in the folder that ``OPTCOPILOT_SESSIONS`` names."""
    environment = os.environ if environment is None else environment
    if named := environment.get("OPTCOPILOT_SESSIONS"):
        return Store(Path(named).expanduser())
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return Store(base / "optcopilot" / "sessions")
