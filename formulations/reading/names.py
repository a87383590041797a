"""The legend in the comments of written files: which label each name of the file stands for.

A line ``name: label`` for each name that differs from its label. Two rows with the same label are the two sides of
one range row. Labels such as ``make['large']`` that follow one another become one block again, so that what comes
back from a file is shown by variable and index as before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formulations.formulation import Member
from formulations.program import Block, Labels, label, scalar_labels

#: The comments that begin its two parts; a column and a row may have the same name.
COLUMN_LEGEND = "Variables by their names in this file:"
ROW_LEGEND = "Constraints by their names in this file:"
#: Ending of the name of the second of two rows that are the sides of one range.
UPPER_SIDE = "_upper"
_LONGEST_LABEL = 1000
_ENTRY = re.compile(r"\s+(\S+): (.+)")
_INDEXED = re.compile(r"([^\W\d]\w*)\[(.+)\]")


@dataclass(frozen=True)
class Legend:
    """Name in the file -> label, for columns and for rows."""

    columns: Mapping[str, str]
    rows: Mapping[str, str]


def legend_of(comments: Iterable[str]) -> Legend:
    """The legend in comment lines, given without their comment mark; empty where there is none."""
    parts: dict[str, dict[str, str]] = {COLUMN_LEGEND: {}, ROW_LEGEND: {}}
    part: dict[str, str] | None = None
    for comment in comments:
        entry = _ENTRY.fullmatch(comment)
        if comment.strip() in parts:
            part = parts[comment.strip()]
        elif part is not None and entry:
            part[entry[1]] = entry[2]
        else:
            part = None
    return Legend(parts[COLUMN_LEGEND], parts[ROW_LEGEND])


def grouped_labels(labels: Sequence[str]) -> Labels:
    """Labels with one block for each run of entries of the same name; every label stays letter for letter."""
    runs: list[tuple[str, list[tuple[Member, ...]]]] = []
    for text in labels:
        name, key = split_label(text)
        if runs and key and runs[-1][0] == name and len(runs[-1][1][-1]) == len(key):
            runs[-1][1].append(key)
        else:
            runs.append((name, [key]))
    names = [name for name, _ in runs]
    if len(set(names)) < len(names):
        return scalar_labels(labels)
    return Labels(tuple(_block(name, keys) for name, keys in runs))


def split_label(text: str) -> tuple[str, tuple[Member, ...]]:
    """``make['large']`` as ``make`` and ``('large',)``; the whole text and no key where it is not written so."""
    match = _INDEXED.fullmatch(text) if len(text) <= _LONGEST_LABEL else None
    if match:
        try:
            key = ast.literal_eval(f"({match[2]},)")
        except (ValueError, SyntaxError):
            return text, ()
        plain = all(type(member) in (int, str) for member in key)
        if plain and label(match[1], key) == text:
            return match[1], key
    return text, ()


def _block(name: str, keys: list[tuple[Member, ...]]) -> Block:
    if keys == [()]:
        return Block(name, 1)
    members: list[list[Member]] = []
    codes = np.empty((len(keys), len(keys[0])), dtype=np.int64)
    for dimension, column in enumerate(zip(*keys, strict=True)):
        places = {member: code for code, member in enumerate(dict.fromkeys(column))}
        members.append(list(places))
        codes[:, dimension] = [places[member] for member in column]
    return Block(name, len(keys), tuple(members), codes)
