"""The optimum of a problem that a data set gives by declarations of its objective and constraints, as NL4OPT does.

Variables are whole and not negative. Strict words ("must exceed") count as at least one more where asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from copilot.evaluation.records import Record

_WORDS: Mapping[str, Fraction] = {
    **{word: Fraction(number) for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"))},
    "twice": Fraction(2), "double": Fraction(2), "thrice": Fraction(3), "triple": Fraction(3), "half": Fraction(1, 2),
    "third": Fraction(1, 3), "quarter": Fraction(1, 4), "fifth": Fraction(1, 5), "a": Fraction(1),
    "dozen": Fraction(12), "twenty": Fraction(20), "thirty": Fraction(30), "forty": Fraction(40), "fifty": Fraction(50),
}  # fmt: skip
_MOST_VARIABLES = 1000
_STRICT = re.compile(r"\b(?:exceeds?|(?:more|greater|larger|less|fewer)(?: than)?)\b")
_MAXIMIZE = re.compile(r"max|most|high|great|larg")
_NEGATED = re.compile(r"\b(?:not|no|cannot|never)\b")

Floats = NDArray[np.float64]


class DeclarationError(ValueError):
    """A declaration cannot be read: ``str`` says which."""


def number(text: object) -> float:
    """``1,200``, ``$8``, ``70%``, ``1/3``, ``third``, ``two thirds``. Raises DeclarationError."""
    words = re.sub(r"[,$]|\btimes\b|\bof\b", "", str(text).lower().replace("-", " ")).strip()
    if match := re.fullmatch(r"(\d{1,18}(?:\.\d+)?|\.\d+)\s*(%|percent)?", words):
        return float(match[1]) / (100 if match[2] else 1)
    if (match := re.fullmatch(r"(\d{1,18})\s*/\s*(\d{1,18})", words)) and int(match[2]):
        return float(Fraction(int(match[1]), int(match[2])))
    found = [_WORDS[part] for word in words.split() if (part := word if word in _WORDS else word.rstrip("s")) in _WORDS]
    if not found or len(found) != len(words.split()):
        raise DeclarationError(f"{str(text)[:40]!r} is not a number")
    product = Fraction(1)
    for factor in found:
        product *= factor
    return float(product)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The variables of a problem: ``places`` says for every spelling which one is meant."""

    count: int
    places: Mapping[str, int]

    def coefficients(self, terms: object) -> Floats:
        """One for each variable. Raises DeclarationError for a name that nothing declares."""
        if not isinstance(terms, Mapping):
            raise DeclarationError("the terms are no object")
        row = np.zeros(self.count)
        for name, coefficient in terms.items():
            if name not in self.places:
                raise DeclarationError(f"{name!r} is not among the variables {', '.join(self.places)}")
            row[self.places[name]] += number(coefficient)
        return row

    def ones(self, *names: object) -> Floats:
        return self.coefficients(dict.fromkeys(map(str, names), "1"))


def optimum(record: Record, *, strict: bool = True, whole: bool = True) -> float | None:
    """The optimal value; None if there is none. Raises DeclarationError."""
    names, goal = record.get("vars"), record.get("obj_declaration")
    if not isinstance(names, list) or not names or not isinstance(goal, Mapping):
        raise DeclarationError("there are no variables, or no objective")
    columns = _columns(names, record.get("order_mapping"))
    chosen = goal.get("vars")
    chosen = chosen if isinstance(chosen, list) else []
    cost = columns.coefficients(goal["terms"]) if goal.get("terms") else columns.ones(*(chosen or names))
    sign = -1.0 if _MAXIMIZE.search(str(goal.get("direction", "")).lower()) else 1.0
    declared = record.get("const_declarations")
    rows = [_row(entry, columns, strict=strict) for entry in (declared if isinstance(declared, list) else ())]
    found = milp(
        sign * cost,
        integrality=np.full(columns.count, int(whole)),
        bounds=Bounds(0, np.inf),
        constraints=[LinearConstraint(row, low, high) for row, low, high in rows],
    )
    return None if found.x is None else float(sign * found.fun)


def _columns(names: Sequence[object], spelled: object) -> _Columns:
    """The variables by their names, and by the spellings that stand for a place. Raises DeclarationError."""
    places = {str(name): place for place, name in enumerate(names)}
    for name, place in spelled.items() if isinstance(spelled, Mapping) else ():
        if not isinstance(place, int) or not 0 <= place < _MOST_VARIABLES:
            raise DeclarationError(f"the place of {name!r} is {str(place)[:40]!r}, not a small whole number")
        places[str(name)] = place
    return _Columns(max(len(names), 1 + max(places.values())), places)


def _row(declared: object, columns: _Columns, *, strict: bool) -> tuple[Floats, float, float]:
    """One constraint: coefficients, and the bounds between which their sum lies."""
    if not isinstance(declared, Mapping):
        raise DeclarationError(f"{declared!r} is not a constraint")
    limit = number(declared["limit"]) if "limit" in declared else 0.0
    match declared.get("type"):
        case "linear":
            row = columns.coefficients(declared.get("terms"))
        case "sum":
            row = np.ones(columns.count)
        case "upperbound" | "lowerbound":
            row = columns.ones(declared.get("var"))
        case "ratio":
            row, limit = columns.ones(declared.get("var")) - limit, 0.0
        case "xby":
            row = columns.ones(declared.get("x_var")) - number(declared.get("param")) * columns.ones(
                declared.get("y_var")
            )
        case "xy":
            row = columns.ones(declared.get("x_var")) - columns.ones(declared.get("y_var"))
        case other:
            raise DeclarationError(f"there is no kind of constraint {other!r}")
    at_most = declared.get("operator") == "LESS_OR_EQUAL"
    words = str(declared.get("direction", "")).lower()
    if strict and _STRICT.search(words) and not _NEGATED.search(words):
        limit += -1.0 if at_most else 1.0
    return (row, -np.inf, limit) if at_most else (row, limit, np.inf)
