"""Data files given with ``--data``: read into tables, and from tables into the data of a document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import note
from formulations.formulation import Document

if TYPE_CHECKING:
    import pandas as pd


def read_attachments(groups: Sequence[Sequence[str]]) -> dict[str, pd.DataFrame]:
    """All tables of all files by name; a name that two files share gets the file's in front. Raises FileError."""
    files = [file for group in groups for file in group]
    if not files:
        return {}
    from formulations.tables import read_tables

    frames: dict[str, pd.DataFrame] = {}
    for file in files:
        for name, frame in read_tables(Path(file)).items():
            frames[name if name not in frames else f"{Path(file).stem} {name}"] = frame
    return frames


def with_attachments(document: Document, frames: dict[str, pd.DataFrame]) -> Document:
    """The document with what the tables hold for its sets and parameters. Raises CommandError."""
    if not frames:
        return document
    from formulations.tables import TableError, apply_mapping, propose_mapping

    formulation = document.formulation
    mapping = propose_mapping(frames, formulation, data=document.data)
    used = {source.table for source in (*mapping.sets, *mapping.parameters)}
    if not used:
        wanted = ", ".join(element.name for element in (*formulation.sets, *formulation.parameters)) or "none"
        raise CommandError(
            ExitCode.BAD_INPUT,
            "data",
            f"no column of {', '.join(frames)} fits a set or parameter ({wanted}): name the columns like them",
        )
    for name in frames.keys() - used:
        note(f"optcopilot: table '{name}' fits no set or parameter and is not used")
    try:
        data = apply_mapping(frames, mapping, formulation, base=document.data)
    except TableError as error:
        raise CommandError(ExitCode.BAD_INPUT, "data", str(error)) from None
    return document.model_copy(update={"data": data})
