"""A session: one problem text and every version of its formulation, immutable and kept in one file.

Nothing is ever lost: undo and redo move a cursor over a tree of versions, and an edit after an undo starts a new
branch beside the old one.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from copilot.changes import Change, changes
from copilot.formulators.draft import Draft
from copilot.studies import KeptStudy, Kind, Told, same_problem
from copilot.summary import SolutionSummary
from formulations.formulation import Document

FORMAT: Final = "optcopilot-session"
#: Written by this program; the older ones are read as well: 1 had no studies.
FORMAT_VERSION: Final = 2
USER = "user"
#: Characters of a title that is made from a text.
TITLE_LENGTH = 48


class SessionFileError(ValueError):
    """A session file cannot be read or written; ``str`` says which, why and what to do."""


class Version(BaseModel):
    """One state of the document.

    author: ``user``, ``offline``, ``llm:MODEL``. parent: the number of the version it was made from.
    draft: what the formulator said with it, None for an edit. solution: the last solution of this version.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document
    author: str
    at: datetime
    note: str = ""
    parent: int | None = None
    draft: Draft | None = None
    solution: SolutionSummary | None = None


class Session(BaseModel):
    """The versions in the order they were made; ``current`` is the number of the one in hand, None before any.

    studies: what was asked of the versions, the latest last.

    Every method returns a new session; the time is passed in, so that the same steps give the same session.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["optcopilot-session"] = FORMAT
    format_version: Literal[1, 2] = FORMAT_VERSION
    title: str = ""
    text: str = ""
    versions: tuple[Version, ...] = ()
    current: int | None = Field(default=None, ge=0)
    studies: tuple[KeptStudy, ...] = ()

    @model_validator(mode="after")
    def _numbers_fit(self) -> Session:
        if (self.current is None) != (not self.versions):
            raise ValueError("current: there is a version in hand exactly if there are versions")
        if self.current is not None and self.current >= len(self.versions):
            raise ValueError(f"current: there is no version {self.current}")
        for number, version in enumerate(self.versions):
            if version.parent is not None and not 0 <= version.parent < number:
                raise ValueError(f"versions.{number}.parent: a version is made from an earlier one")
        for number, study in enumerate(self.studies):
            if study.version >= len(self.versions):
                raise ValueError(f"studies.{number}.version: there is no version {study.version}")
        return self

    @property
    def version(self) -> Version | None:
        return None if self.current is None else self.versions[self.current]

    @property
    def document(self) -> Document | None:
        return None if self.version is None else self.version.document

    @property
    def solution(self) -> SolutionSummary | None:
        """The solution of the version in hand; an edit has none until it is solved."""
        return None if self.version is None else self.version.solution

    @property
    def draft(self) -> Draft | None:
        """The draft that the version in hand goes back to."""
        number = self.current
        while number is not None:
            version = self.versions[number]
            if version.draft is not None:
                return version.draft
            number = version.parent
        return None

    def described(self, text: str, *, title: str | None = None) -> Session:
        """The session with another problem text; its versions stay."""
        return self._with(text=text, title=self.title if title is None else title)

    def drafted(self, draft: Draft, *, at: datetime, author: str | None = None, note: str = "") -> Session:
        """The session with a formulator's draft as a new version."""
        document = draft.document if draft.document.text else draft.document.model_copy(update={"text": self.text})
        version = Version(
            document=document,
            author=author or draft.formulator,
            at=at,
            note=note or "drafted from the text",
            parent=self.current,
            draft=draft,
        )
        return self._appended(version)

    def edited(self, document: Document, *, at: datetime, author: str = USER, note: str = "") -> Session:
        """The session with an edit as a new version; itself if nothing differs."""
        if document == self.document:
            return self
        before = self.document
        if not note and before is not None:
            note = "; ".join(f"{change.kind} {change.name}" for change in changes(before, document)[:3])
        return self._appended(Version(document=document, author=author, at=at, note=note, parent=self.current))

    def solved(self, solution: SolutionSummary) -> Session:
        """The session with a solution of the version in hand. Raises ValueError before any version."""
        if self.current is None:
            raise ValueError("no version to solve")
        version = self.versions[self.current].model_copy(update={"solution": solution})
        return self._with(versions=(*self.versions[: self.current], version, *self.versions[self.current + 1 :]))

    def studied(self, told: Told, *, at: datetime, version: int | None = None) -> Session:
        """The session with a study of the version in hand, or of the one of that number.

        An earlier answer to the same question about it is replaced. Raises ValueError before any version.
        """
        number = self.current if version is None else version
        if number is None:
            raise ValueError("no version to study")
        made = KeptStudy(told=told, version=number, at=at)
        others = tuple(study for study in self.studies if not study.answers_same(made))
        return self._with(studies=(*others, made), format_version=FORMAT_VERSION)

    def without_study(self, study: KeptStudy) -> Session:
        return self._with(studies=tuple(other for other in self.studies if other is not study))

    def studies_of(self, *kinds: Kind) -> tuple[KeptStudy, ...]:
        """The studies of these kinds, the latest first."""
        return tuple(study for study in reversed(self.studies) if study.told.kind in kinds)

    def outdated(self, study: KeptStudy) -> bool:
        """Whether formulation or data in hand are others than those the study was made for."""
        return self.document is None or not same_problem(self.document, self.versions[study.version].document)

    def joined(self, other: Session) -> Session:
        """This session with the versions and studies that only the other one has, as branches beside its own.

        Versions that both have stay one, with the solution that either has; the one in hand stays in hand.
        """
        places: dict[int, int] = {}
        versions = list(self.versions)
        for number, version in enumerate(other.versions):
            parent = None if version.parent is None else places[version.parent]
            moved = version.model_copy(update={"parent": parent})
            same = [n for n, own in enumerate(versions) if _same_step(own, moved)]
            place = number if number in same else next(iter(same), None)
            if place is None:
                place = len(versions)
                versions.append(moved)
            elif versions[place].solution is None and moved.solution is not None:
                versions[place] = versions[place].model_copy(update={"solution": moved.solution})
            places[number] = place
        studies = [study.model_copy(update={"version": places[study.version]}) for study in other.studies]
        added = [study for study in studies if not any(own.answers_same(study) for own in self.studies)]
        return self._with(
            text=self.text or other.text,
            title=self.title or other.title,
            versions=tuple(versions),
            current=self.current if self.versions else other.current,
            studies=(*self.studies, *added),
        )

    @property
    def can_undo(self) -> bool:
        return self.version is not None and self.version.parent is not None

    @property
    def can_redo(self) -> bool:
        return self._latest_child() is not None

    def undone(self) -> Session:
        """The session back at the version that the one in hand was made from; itself if there is none."""
        return self._with(current=self.version.parent) if self.can_undo and self.version else self

    def redone(self) -> Session:
        """The session at the latest version made from the one in hand; itself if there is none."""
        child = self._latest_child()
        return self if child is None else self._with(current=child)

    def at_version(self, number: int) -> Session:
        """The session with another version in hand. Raises IndexError if there is none of that number."""
        if not 0 <= number < len(self.versions):
            raise IndexError(number)
        return self._with(current=number)

    def difference(self, before: int, after: int) -> tuple[Change, ...]:
        """What differs in meaning between two versions."""
        return changes(self.versions[before].document, self.versions[after].document)

    def _latest_child(self) -> int | None:
        if self.current is None:
            return None
        children = [number for number, version in enumerate(self.versions) if version.parent == self.current]
        return children[-1] if children else None

    def _appended(self, version: Version) -> Session:
        return self._with(versions=(*self.versions, version), current=len(self.versions))

    def _with(self, **fields: object) -> Session:
        return self.model_copy(update=fields)


def _same_step(one: Version, other: Version) -> bool:
    """Whether two versions are one, whatever was solved since."""
    return one.model_copy(update={"solution": None}) == other.model_copy(update={"solution": None})


def titled(session: Session, text: str) -> str:
    """The title of the session once it has this text: its own while the text is the same, else the text's beginning."""
    if session.title and session.text.strip() == text.strip():
        return session.title
    first = re.split(r"(?<=[.!?:;])\s", " ".join(text.split()), maxsplit=1)[0].rstrip(".!?:; ")
    return first if len(first) <= TITLE_LENGTH else f"{first[:TITLE_LENGTH].rsplit(' ', 1)[0]} …"


def save_session(session: Session, path: Path) -> None:
    """Writes the file whole or not at all: a crash leaves the old one. Raises SessionFileError."""
    text = session.model_dump_json(indent=1)
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise SessionFileError(f"session {path} cannot be written ({error.strerror}): save it elsewhere") from None


def load_session(path: Path) -> Session:
    """The session in a file. Raises SessionFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SessionFileError(f"session {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SessionFileError(f"session {path} is not text: choose a file that a session was saved to") from None
    return parse_session(text, name=str(path))


def parse_session(text: str, *, name: str = "the session") -> Session:
    """The session in the text of a file; ``name`` says where it came from. Raises SessionFileError."""
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "too deep"
        raise SessionFileError(f"{name} is damaged ({where}): take a copy from a backup") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SessionFileError(f'{name} is not a session file: a session starts with "format": "{FORMAT}"')
    written = content.get("format_version")
    if isinstance(written, int) and written > FORMAT_VERSION:
        raise SessionFileError(
            f"{name} was written by a newer program (format {written}, this one reads {FORMAT_VERSION}): update it"
        )
    try:
        return Session.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the whole"
        raise SessionFileError(f"{name} is damaged at {where}: {problem['msg']}") from None
