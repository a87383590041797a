"""Studies that are kept: what was asked of a formulation, what came out as figures and sheets, and for which version.

A kept study is plain data, so that it is shown after a reload exactly as when it was made.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.numbers import DUST, shown
from formulations.formulation import Document

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["settings", "worth", "tornado", "scenarios", "pareto", "why not", "robust", "two stages", "stochastic"]
Level = Literal["proved", "tested", "unverified", "failed", "alert"]
Cell = bool | int | float | str | None
#: Cells of one sheet that are kept with a session; of a longer one its beginning.
MOST_CELLS = 30_000


class Sheet(BaseModel):
    """A table of plain cells. total: the rows there were when it was made; ``rows`` are the first of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int = Field(ge=0)

    @property
    def whole(self) -> bool:
        return self.total == len(self.rows)

    def frame(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))


class Figure(BaseModel):
    """One number of a study with its unit, or words where there is no number. help: what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    value: float | None = Field(default=None, allow_inf_nan=False)
    unit: str = ""
    words: str = ""
    help: str = ""

    @property
    def shown(self) -> str:
        if self.value is None:
            return self.words or "unknown"
        return shown(self.value, self.unit)


class Told(BaseModel):
    """An answered question. question: as it was asked, line by line.

    badge, level: what is claimed of the answer, and how far it can be trusted. notes: sentences. sheets: by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    question: str
    badge: str = ""
    level: Level = "unverified"
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    sheets: dict[str, Sheet] = {}


class KeptStudy(BaseModel):
    """A study in a session; ``version`` is the number of the one it was asked of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    told: Told
    version: int = Field(ge=0)
    at: datetime

    def answers_same(self, other: KeptStudy) -> bool:
        """Whether the other one is an answer to the same question about the same version."""
        mine, yours = self.told, other.told
        return (mine.kind, mine.question, self.version) == (yours.kind, yours.question, other.version)


def sheet(frame: pd.DataFrame) -> Sheet:
    """The frame as plain cells: missing and infinite numbers become None, dust and negative zeros zero."""
    most = max(1, MOST_CELLS // max(1, len(frame.columns)))
    rows = frame.head(most).astype(object).itertuples(index=False, name=None)
    return Sheet(
        columns=tuple(map(str, frame.columns)),
        rows=tuple(tuple(map(_cell, row)) for row in rows),
        total=len(frame),
    )


def _cell(value: object) -> Cell:
    if isinstance(value, (bool, str)):
        return value
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None if value is None or str(value) in ("<NA>", "NaT") else str(value)
    if not math.isfinite(number):
        return None
    return 0.0 if abs(number) < DUST else int(value) if isinstance(value, int) else number


def same_problem(one: Document, other: Document) -> bool:
    """Whether two documents ask the same: formulation and data are equal, whatever the text says."""
    if one is other:
        return True
    return one.formulation == other.formulation and one.data == other.data
