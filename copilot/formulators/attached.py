"""Text with attached tables: the embedded formulator reads their rows, a language model their columns.

The rows never leave the machine. Every draft comes back with the data of the tables in it, so that drafts of
different readers stand over the same data and can be solved and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from copilot.formulators.doubts.audit import unused_numbers
from copilot.formulators.doubts.questioning import questioned
from copilot.formulators.draft import Draft, FormulationRefused, Formulator, Question, Span
from copilot.formulators.shipping import shipping

if TYPE_CHECKING:
    import pandas as pd

#: Characters of all tables together that are read cell by cell.
LONGEST = 20_000
#: What the confidence of a reading is worth that leaves a column of numbers out.
COLUMN_LEFT = 0.6
#: Cells without a figure that are asked about.
_MOST_GAPS = 3
_UNSAFE = re.compile(r"[|\r\n]+")


def read_attached(reader: Formulator, text: str, frames: Mapping[str, pd.DataFrame]) -> Draft:
    """The reading of a text whose figures stand in tables. Raises FormulationRefused.

    A reading that uses nothing of some table is not believed: it has understood another problem.
    """
    known = shipping(text, frames, reader.name)
    if known is not None:
        return known
    refusals = []
    for way in (_with_rows, _with_columns):
        try:
            return way(reader, text, frames)
        except FormulationRefused as refusal:
            refusals.append(refusal)
    raise refusals[0]


def filled(draft: Draft, frames: Mapping[str, pd.DataFrame]) -> Draft:
    """The draft with what the tables hold for its sets and parameters; what does not fit becomes a question."""
    if not frames:
        return draft
    from formulations.tables import TableError, apply_mapping, propose_mapping

    document = draft.document
    formulation = document.formulation
    mapping = propose_mapping(frames, formulation, data=document.data)
    used = {source.table for source in (*mapping.sets, *mapping.parameters)}
    try:
        data = apply_mapping(frames, mapping, formulation, base=document.data)
    except TableError as error:
        return _asking(draft, [Question(text=f"the tables do not fit: {error}", default="their data are left out")])
    left = [
        Question(text=f"table '{name}' fits no set or parameter", default="it is not used")
        for name in frames
        if name not in used
    ]
    return _asking(draft.model_copy(update={"document": document.model_copy(update={"data": data})}), left)


def _with_rows(reader: Formulator, text: str, frames: Mapping[str, pd.DataFrame]) -> Draft:
    """The reading of the text with the tables written below it. Raises FormulationRefused."""
    whole, columns = written_out(text, frames)
    draft = reader.formulate(whole)
    unused = unused_numbers(whole, draft.document)
    left = [name for name, cells in columns.items() if cells and 2 * sum(cell in unused for cell in cells) > len(cells)]
    for table in frames:
        numeric = [name for name, cells in columns.items() if name[0] == table and cells]
        if numeric and all(name in left for name in numeric):
            raise FormulationRefused(
                f"nothing of table '{table}' could be brought together with the text: name its columns in the text, "
                "and say what each of them limits, costs or brings"
            )
    questions = [
        Question(text=f"what does column '{column}' of table '{table}' mean here?", default="it is left out")
        for table, column in left
    ]
    questions += islice(_gaps(frames, columns), _MOST_GAPS)
    questions += [question for question in draft.questions if question.span is None or question.span.end <= len(text)]
    return draft.model_copy(
        update={
            "document": draft.document.model_copy(update={"text": text}),
            "questions": tuple(questions),
            "spans": {name: kept for name, spans in draft.spans.items() if (kept := _within(text, spans))},
            "unread": _within(text, draft.unread),
            "confidence": draft.confidence * (COLUMN_LEFT if left else 1.0),
            "assumptions": (
                *draft.assumptions,
                *(() if left else (f"the figures are those of the attached {', '.join(frames)}",)),
            ),
        }
    )


def _gaps(
    frames: Mapping[str, pd.DataFrame], columns: Mapping[tuple[str, str], tuple[Span, ...]]
) -> Iterator[Question]:
    """A question for every cell without a figure in a column of figures."""
    from formulations.tables.cells import plain, shown

    for table, frame in frames.items():
        for column in frame.columns[1:]:
            if not columns[table, str(column)]:
                continue
            for label, value in zip(frame.iloc[:, 0], frame[column], strict=True):
                cell = _cell(shown(plain(value)))
                if not any(sign.isdigit() for sign in cell):
                    row, what = _cell(shown(plain(label))), f"says {cell!r}" if cell else "is empty"
                    told = f"what is the {column} of {row}? Its cell in table '{table}' {what}"
                    yield Question(text=told, default="it counts as 0")


def _with_columns(reader: Formulator, text: str, frames: Mapping[str, pd.DataFrame]) -> Draft:
    """The reading of the text alone, its data replaced by the tables'. Raises FormulationRefused."""
    draft = questioned(filled(reader.formulate(text), frames))
    if unfit := [question.text for question in draft.questions if question.text.startswith("table")]:
        raise FormulationRefused("; ".join(unfit))
    return draft


def written_out(text: str, frames: Mapping[str, pd.DataFrame]) -> tuple[str, dict[tuple[str, str], tuple[Span, ...]]]:
    """The text with the tables below it, and the places of the numbers of every column, by table and column.

    Raises FormulationRefused where the tables are too long to be read so.
    """
    from formulations.tables.cells import plain, shown

    parts, size = [text.rstrip(), "\n"], len(text.rstrip()) + 1
    places: dict[tuple[str, str], list[Span]] = {}

    def write(part: str) -> None:
        nonlocal size
        parts.append(part)
        size += len(part)

    for name, frame in frames.items():
        write("\n|")
        for column in frame.columns:
            places[name, str(column)] = []
            write(f" {_cell(str(column))} |")
        write("\n" + "|---" * len(frame.columns) + "|\n")
        for row in frame.itertuples(index=False):
            write("|")
            for column, value in zip(frame.columns, row, strict=True):
                cell = _cell(shown(plain(value)))
                if re.fullmatch(r"\d+(?:\.\d+)?", cell) and float(cell):
                    places[name, str(column)].append(Span(start=size + 1, end=size + 1 + len(cell)))
                write(f" {cell} |")
            write("\n")
        if size - len(text) > LONGEST:
            raise FormulationRefused(
                f"the tables are longer than the {LONGEST} characters that are read row by row; a language model reads "
                "their columns alone"
            )
    return "".join(parts), {name: tuple(spans) for name, spans in places.items()}


def _cell(words: str) -> str:
    return _UNSAFE.sub(" ", words).strip()


def _within(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(span for span in spans if span.end <= len(text))


def _asking(draft: Draft, questions: list[Question]) -> Draft:
    return draft.model_copy(update={"questions": (*questions, *draft.questions)})
