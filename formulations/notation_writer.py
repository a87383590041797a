"""Writing the notation: one canonical text for every document."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from formulations.formulation import Constraint, Document, Formulation, Objective, Parameter, Set, Variable
from formulations.lexical import quoted, tokens
from formulations.notation_cursor import BODY_STOPS, CLAUSES, HEAD_STOPS, index_entries, operand_ends
from formulations.notation_data_writer import name_text, write_data
from formulations.printing import number_text


def write_notation(document: Document) -> str:
    """The notation of a document, without its ``text``; ends with a line end."""
    formulation = document.formulation
    declared = {element.name for element in formulation.sets}
    lines = [
        *_header(formulation),
        *(_set(element) for element in formulation.sets),
        *(_parameter(element) for element in formulation.parameters),
        *(_variable(element, declared) for element in formulation.variables),
        *([] if formulation.objective is None else [_objective(formulation.objective)]),
        *(_constraint(element) for element in formulation.constraints),
        *write_data(document.data),
    ]
    return "".join(f"{line}\n" for line in lines)


def _header(formulation: Formulation) -> list[str]:
    lines = [formulation.name]
    if formulation.description:
        lines += formulation.description.split("\n")
    elif not formulation.name:
        return []
    return [f"# {shown}" if (shown := _header_text(line)) else "#" for line in lines]


def _header_text(line: str) -> str:
    plain = line.isprintable() and line == line.strip() and not line.startswith(('"', "'"))
    return line if plain else quoted(line)


def _set(element: Set) -> str:
    within = f" within {' * '.join(map(name_text, element.within))}" if element.within else ""
    return f"set {name_text(element.name)}{within}{_words(element.description)}"


def _parameter(element: Parameter) -> str:
    indices = f"[{', '.join(map(name_text, element.indices))}]" if element.indices else ""
    default = "" if element.default is None else f" default {number_text(element.default)}"
    head = f"parameter {name_text(element.name)}{indices}"
    return f"{head}{_unit(element.unit)}{default}{_words(element.description)}"


def _variable(element: Variable, declared: Collection[str]) -> str:
    parts = [f"variable {name_text(element.name)}{_indices(element.indices, declared)}"]
    if element.domain != "continuous":
        parts.append(element.domain)
    if element.lower is not None:
        parts.append(f">= {_expression(element.lower, CLAUSES)}")
    if element.upper is not None:
        parts.append(f"<= {_expression(element.upper, CLAUSES)}")
    return f"{' '.join(parts)}{_unit(element.unit)}{_words(element.description)}"


def _objective(element: Objective) -> str:
    head = f"{element.sense or 'objective'} {name_text(element.name)}{_unit(element.unit, stops=(':',))}"
    return f"{head}: {_expression(element.expression)}{_words(element.description)}"


def _constraint(element: Constraint) -> str:
    head = f"constraint {name_text(element.name)}"
    if element.for_each:
        head += f" for {_expression(element.for_each, HEAD_STOPS - {'for'})}"
    if element.when is not None:
        head += f" when {_expression(element.when, HEAD_STOPS)}"
    return f"{head}: {_expression(element.expression, BODY_STOPS)}{_words(element.description)}"


def _words(description: str) -> str:
    return f" {quoted(description)}" if description else ""


def _unit(unit: str, stops: Collection[str] = CLAUSES) -> str:
    if not unit:
        return ""
    plain = _readable(unit, stops) and unit[0] not in "[{(" and "'" not in unit and '"' not in unit
    return f" in {unit if plain else quoted(unit)}"


def _indices(entries: Sequence[str], declared: Collection[str]) -> str:
    if not entries:
        return ""
    text = ", ".join(entries)
    plain = all(_readable(entry, ("]",)) for entry in entries)
    if not plain or index_entries(text, list(tokens(text)), declared) != list(entries):
        text = ", ".join(quoted(entry, "`") for entry in entries)
    return f"[{text}]"


def _expression(text: str, stops: Collection[str] = ()) -> str:
    """The text itself where it reads back as it is, otherwise the text between backquotes."""
    return text if _readable(text, stops) else quoted(text, "`")


def _readable(text: str, stops: Collection[str]) -> bool:
    if not text or not text.isprintable() or text != text.strip():
        return False
    depth = 0
    found = list(tokens(text))
    for token in found:
        if token.kind in ("raw",) or token.text in ("#", ";", '"', "'", "`"):
            return False
        if depth == 0 and token.text in stops:
            return False
        depth += token.nesting
        if depth < 0:
            return False
    if depth:
        return False
    # A quoted text that follows a whole operand is taken for the description.
    if found[-1].kind == "string":
        return len(found) > 1 and not operand_ends(found[-2])
    return operand_ends(found[-1])
