"""Excel workbooks: the data of a document, one sheet for each set and parameter, and the results beside them.

The sheets of sets and parameters read back through ``formulations.tables`` as the same data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from formulations.formulation import Document

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, kw_only=True)
class Results:
    """A solution as a workbook shows it.

    ``values`` by column label (``make['large']``), ``rows`` a table of the constraints with whatever is known
    of each: activity, bounds, slack, shadow price. ``objective`` None if there is none.
    """

    termination: str
    objective: float | None
    values: Mapping[str, float]
    rows: pd.DataFrame
    solver: str = ""


class Xlsx:
    """An Excel workbook of the formulation and its data."""

    name: ClassVar[str] = "xlsx"
    title: ClassVar[str] = "Excel workbook"
    suffix: ClassVar[str] = ".xlsx"
    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export(self, document: Document) -> bytes:
        return export_workbook(document)


def export_workbook(document: Document, results: Results | None = None) -> bytes:
    """The workbook as the bytes of an .xlsx file. Raises ExportRefused where a sheet would be too long for Excel.

    Text that looks like a formula stays text.
    """
    # Loaded only now: openpyxl takes its time, and every command imports the exports.
    from formulations.exports.workbook import Workbook

    workbook = Workbook(document)
    workbook.summary(results)
    if results is not None:
        workbook.results(results)
    workbook.data()
    return workbook.content()
