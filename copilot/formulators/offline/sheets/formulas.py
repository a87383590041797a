"""Formulas over the columns of a table, written or said: "a + b p + c p^2", "a times the square root of x"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\\?[A-Za-z]+(?:_(?:\{\w+\}|\w+))?|\d+(?:\.\d+)?|\.\d+|\*\*|[-+*/^(){}[\]²³√·×=−]|\S")
_SYMBOL = re.compile(r"\\?[A-Za-z]{1,5}(?:_\{?\w+\}?)?\d?")
_SUBSCRIPT = re.compile(r"_(?:\{\w+\}|\w+)$")
#: Signs and words of operations; words that say nothing inside a formula are empty.
_SAID = {
    "times": "*", "multiplied": "*", "·": "*", "×": "*", "^": "**", "**": "**", "plus": "+", "minus": "-", "−": "-",
    "over": "/", "{": "(", "}": ")", "[": "(", "]": ")", "squared": "**2", "cubed": "**3", "²": "**2", "³": "**3",
    "√": "sqrt", "sqrt": "sqrt", "root": "sqrt", "ln": "log", "log": "log", "logarithm": "log", "exp": "exp",
    "square": "", "natural": "", "of": "", "the": "", "by": "", "cdot": "*",
}  # fmt: skip
_FUNCTIONS = frozenset({"sqrt", "log", "exp"})
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Formula:
    """``parts`` spell an expression: "a" and "x" stand for the columns ``symbols`` and the decision ``variable``."""

    parts: tuple[str, ...]
    symbols: frozenset[str]
    variable: str
    start: int
    end: int

    def written(self, names: dict[str, str]) -> str:
        """The expression with ``names`` for its symbols and its variable."""
        return "".join(f" {part} " if part in "+-" else names.get(part, part) for part in self.parts)


def formula(text: str, symbols: Sequence[str]) -> Formula | None:
    """The longest formula in the text over some of the symbols and one more letter; None where there is none."""
    known = {_plain(symbol) for symbol in symbols if _SYMBOL.fullmatch(symbol.strip())}
    best: Formula | None = None
    run: list[tuple[str, int, int]] = []
    for match in [*_TOKEN.finditer(text), None]:
        part = _part(match[0], known) if match is not None else None
        if match is not None and part is not None:
            if part:
                run.append((part, match.start(), match.end()))
            continue
        found = _formula(run, known)
        if found is not None and (best is None or len(found.parts) > len(best.parts)):
            best = found
        run = []
    return best


def _plain(symbol: str) -> str:
    return _SUBSCRIPT.sub("", symbol.strip().lstrip("\\"))


def _part(token: str, known: set[str]) -> str | None:
    """What a token is in a formula: empty where it says nothing, None where no formula has it."""
    name = _plain(token)
    if name in known:
        return name
    low = name.lower() or token
    if low in _SAID:
        return _SAID[low]
    if re.fullmatch(r"\d*\.?\d+|[-+*/()]", token):
        return token
    return name if re.fullmatch(r"[A-Za-z]", name) else None


def _formula(run: Sequence[tuple[str, int, int]], known: set[str]) -> Formula | None:
    """The run as an expression with its products written out; None unless it has one symbol and one variable."""
    while run and (run[0][0] in "+*/)" or run[0][0].startswith("**")):
        run = run[1:]
    while run and run[-1][0] in ("+", "-", "*", "/", "(", "**"):
        run = run[:-1]
    letters = {part for part, _, _ in run if part.isalpha() and part not in _FUNCTIONS}
    symbols, variables = letters & known, letters - known
    if len(run) < _FEWEST or not symbols or len(variables) != 1:
        return None
    parts: list[str] = []
    for k, (part, _, _) in enumerate(run):
        before = run[k - 1][0] if k else ""
        ends = bool(before) and (before[-1].isalnum() or before == ")") and before not in _FUNCTIONS
        if ends and (part[0].isalnum() or part == "("):
            parts.append("*")
        bare = before in _FUNCTIONS and part != "("
        parts += ["(", part, ")"] if bare else [part]
    if parts.count("(") != parts.count(")"):
        return None
    return Formula(tuple(parts), frozenset(symbols), next(iter(variables)), run[0][1], run[-1][2])
