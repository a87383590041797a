"""What is allowed but worth a second look: nonlinear terms, large constants on binaries, counts that may be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    Comparison,
    Expression,
    Item,
    Name,
    Negative,
    Number,
    Piecewise,
    children,
    walk,
)
from formulations.findings import Place, Report
from formulations.formulation import Variable
from formulations.printing import to_text
from formulations.symbols import Symbols, depends, names_in

#: From this size on a factor of a binary variable is taken for a Big-M.
BIG_M = 1e5
_SMOOTH = ("exp", "log", "sqrt", "sin", "cos")


def _vocabulary(words: str) -> frozenset[str]:
    """The words, each with its singular."""
    found = frozenset(words.split())
    return found | {word.removesuffix("s") for word in found}


_COUNTED = _vocabulary(
    "person people workers employees nurses doctors teachers students drivers guards soldiers operators "
    "trucks cars bus buses vans vehicles planes aircraft ships boats ferries trains trips flights machines "
    "tables chairs desks box boxes pizzas houses buildings units items pieces pcs"
)
_MEASURES = _vocabulary(
    "hours minutes seconds days weeks months kg kilograms grams g tons tonnes pounds lbs ounces liters litres l ml "
    "gallons barrels meters metres m km miles foot feet acres hectares ha kwh mwh watts kw mw dollars usd eur euros "
    "money percent percentage fraction share rate ratio proportion average amount weight volume area length distance "
    "time cost level flow"
)
_NUMBER_OF = re.compile(r"\b(?:number|count)\s+of\s+(?:the\s+)?(\w+)(?:\s+(\w+))?", re.IGNORECASE)
#: "how many of each" names nothing.
_POINTERS = frozenset({"of", "each", "every", "them", "these", "those", "the", "all", "to"})
_HOW_MANY = re.compile(r"\bhow\s+many\s+(\w+)(?:\s+(\w+))?", re.IGNORECASE)


def find_nonlinear(node: Expression, symbols: Symbols, place: Place, report: Report) -> None:
    """Tell every outermost term that is not linear in the variables (kinks like abs and min are not told)."""
    for term, why in _nonlinear_terms(node, symbols):
        text = to_text(term)
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        report.add(
            "info",
            "nonlinear",
            place,
            reason=f"the problem is nonlinear: {shown} {why}",
            column=term.at,
            hint="keep it if it is meant; a linear form solves faster and to a proved optimum",
        )


def _nonlinear_terms(node: Expression, symbols: Symbols) -> Iterator[tuple[Expression, str]]:
    match node:
        case Binary(operator="*", left=left, right=right) if depends(left, symbols) and depends(right, symbols):
            yield node, "multiplies variables"
        case Binary(operator="/", right=right) if depends(right, symbols):
            yield node, "divides by a variable"
        case Binary(operator="**", left=left, right=right) if depends(right, symbols) or (
            depends(left, symbols) and right != Number(1.0)
        ):
            yield node, "is a power of a variable"
        case Call(function=function) if function in _SMOOTH and depends(node, symbols):
            yield node, f"takes {function} of a variable"
        case Aggregate(function="prod", body=body) if depends(body, symbols):
            yield node, "multiplies variables"
        case Piecewise(argument=argument):
            yield from _nonlinear_terms(argument, symbols)
        case _:
            for child in children(node):
                yield from _nonlinear_terms(child, symbols)


def find_big_m(node: Expression, symbols: Symbols, place: Place, report: Report) -> None:
    """Warn of a huge factor of a binary variable in an inequality that has other variables too."""
    if not isinstance(node, Comparison) or "==" in node.operators:
        return
    variables = {name for name in names_in(node) if name in symbols.variables}
    if all(symbols.variables[name].domain == "binary" for name in variables):
        return
    for part in walk(node):
        if not isinstance(part, Binary) or part.operator != "*":
            continue
        for factor, switch in ((part.left, part.right), (part.right, part.left)):
            size = _size(factor, symbols)
            if size is not None and size >= BIG_M and _only_binary(switch, symbols):
                report.add(
                    "warning",
                    "big-m",
                    place,
                    reason=f"{to_text(factor)} is a very large factor of a binary variable ({size:g})",
                    column=factor.at,
                    hint="write the constraint with 'when': constraint NAME when y == 1: ..., "
                    "or take the smallest number that is large enough",
                )


def _size(node: Expression, symbols: Symbols) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Negative(operand=operand):
            return _size(operand, symbols)
        case Name(name=name) | Item(name=name) if name in symbols.parameters:
            values = symbols.values(name)
            return min(abs(value) for value in values) if values else None
    return None


def _only_binary(node: Expression, symbols: Symbols) -> bool:
    variables = [name for name in names_in(node) if name in symbols.variables]
    return bool(variables) and all(symbols.variables[name].domain == "binary" for name in variables)


def find_broken_count(variable: Variable, place: Place, report: Report) -> None:
    """Warn of a continuous variable whose words or unit say that it counts things."""
    if variable.domain != "continuous":
        return
    counted = _counted(variable)
    if counted:
        report.add(
            "warning",
            "maybe-integer",
            place,
            reason=f"'{variable.name}' counts {counted}, but may take broken values",
            hint=f"write variable {variable.name} integer if it must be whole",
        )


def _counted(variable: Variable) -> str:
    """What a variable counts, or nothing where it may well measure something."""
    words = re.findall(r"[^\W\d_]+", variable.description.casefold())
    unit = variable.unit.casefold().strip()
    if unit and unit not in _COUNTED:
        return ""
    for pattern in (_NUMBER_OF, _HOW_MANY):
        match = pattern.search(variable.description.casefold())
        if match is not None:
            followers = [word for word in match.groups() if word]
            named = next((word for word in followers if word not in _POINTERS), "things")
            return "" if _MEASURES & {*followers} else named
    if unit:
        return unit
    if _MEASURES & {*words}:
        return ""
    return next((word for word in words[:3] if word in _COUNTED and word not in ("unit", "units")), "")
