"""A Jupyter notebook: the mathematics of each element, and the Pyomo code that says the same, to be run in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from formulations.exports.latex import formulation_latex
from formulations.exports.pyomo import MODULES, Part, packages, pyomo_source
from formulations.exports.python_module import LABEL, REPORT, code, imports
from formulations.exports.python_text import one_line
from formulations.formulation import Document, Element

#: Kinds whose elements share one cell; the others get a cell each.
_TOGETHER = ("Sets", "Parameters")


class Notebook:
    name: ClassVar[str] = "notebook"
    title: ClassVar[str] = "Jupyter notebook"
    suffix: ClassVar[str] = ".ipynb"
    media_type: ClassVar[str] = "application/x-ipynb+json"

    def export(self, document: Document) -> str:
        """A notebook of format 4. Raises ExportRefused and DataError as the Pyomo export does."""
        written = pyomo_source(document)
        formulation = document.formulation
        mathematics = formulation_latex(formulation)
        elements = {element.name: element for element in formulation.elements()}
        title = markdown(formulation.name) or "Optimization problem"
        needs = f"Needs `pip install {packages(written.solver)}`."
        cells = [
            ("markdown", "## Data"),
            ("code", _lines([*written.data, "data = DATA"])),
        ]
        if written.helpers:
            cells.append(("markdown", "## Helpers"))
            cells += [("code", helper) for helper in written.helpers]
        cells += [
            ("markdown", "## Model"),
            ("code", _lines(["model = pyo.ConcreteModel()", *written.containers])),
        ]
        for kind, parts in _by_kind(written.parts):
            cells.append(("markdown", f"## {kind}"))
            for group in [parts] if kind in _TOGETHER else [[part] for part in parts]:
                cells.append(("markdown", _mathematics(group, elements, mathematics)))
                cells.append(("code", _lines(line for part in group for line in part.lines)))
        cells += [
            ("markdown", "## Solve"),
            ("code", _lines([LABEL, "", *code(written.solve.split("\n")), "", REPORT])),
            ("code", "report(*solve(model))"),
        ]
        body = "\n".join(text for kind, text in cells if kind == "code")
        cells = [
            ("markdown", _paragraphs(f"# {title}", markdown(formulation.description), needs)),
            ("code", _lines(imports(MODULES, body))),
            *cells,
        ]
        return _notebook(cells)


def markdown(text: str) -> str:
    """Words that mean themselves in Markdown, on one line."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|$~])", r"\\\1", one_line(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _by_kind(parts: Sequence[Part]) -> Iterable[tuple[str, list[Part]]]:
    kinds: dict[str, list[Part]] = {}
    for part in parts:
        kinds.setdefault(part.kind, []).append(part)
    return kinds.items()


def _mathematics(parts: Sequence[Part], elements: Mapping[str, Element], mathematics: Mapping[str, str]) -> str:
    paragraphs = []
    for part in parts:
        if part.name not in elements:
            paragraphs.append("Any feasible plan will do.")
            continue
        element = elements[part.name]
        unit = getattr(element, "unit", "")
        words = ": ".join(w for w in (f"**{markdown(element.name)}**", markdown(element.description)) if w)
        paragraphs += [words + (f" [{markdown(unit)}]" if unit else ""), f"$$ {mathematics[part.name]} $$"]
    return _paragraphs(*paragraphs)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n")


def _notebook(cells: Sequence[tuple[str, str]]) -> str:
    """The cells as JSON, with ids that do not change from one export to the next."""
    import nbformat

    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    new_cell = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    notebook.cells = [
        new_cell[kind](text.rstrip("\n"), id=f"cell-{number}") for number, (kind, text) in enumerate(cells, start=1)
    ]
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return text + "\n"
