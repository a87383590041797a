"""Slips of the pen in expressions, as language models make them, and what was meant.

Everything here rewrites text to text: percent signs, currency, units after numbers, ``^``, LaTeX, sums in the manner
of other languages. What comes out is read by the ordinary parser, which has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from formulations.expression import AGGREGATES, FUNCTIONS
from formulations.lexical import OPERATOR_WORDS, tokens

_SIGNS = {
    **dict.fromkeys("≤⩽≦", "<="),
    **dict.fromkeys("≥⩾≧", ">="),
    **dict.fromkeys("×·⋅∗•", "*"),
    **dict.fromkeys("−–—", "-"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    "≠": "!=",
    "÷": "/",
    "∑": "sum",
    "Σ": "sum",
    "∏": "prod",
    "√": "sqrt",
    "∈": " in ",
    "∉": " not in ",
    "∀": " for ",
    "∧": " and ",
    "∨": " or ",
    "²": "**2",
    "³": "**3",
    "π": "3.141592653589793",
    "\u00a0": " ",
}
_LATEX = (
    (r"\\(?:left|right|bigl?|bigr?|quad|qquad|displaystyle|limits|,|;|!|\\)", " "),
    (r"\\(?:leqslant|leq|le)(?![a-zA-Z])", " <= "),
    (r"\\(?:geqslant|geq|ge)(?![a-zA-Z])", " >= "),
    (r"\\(?:neq|ne)(?![a-zA-Z])", " != "),
    (r"\\(?:cdot|times|ast)(?![a-zA-Z])", "*"),
    (r"\\forall(?![a-zA-Z])", " for "),
    (r"\\in(?![a-zA-Z])", " in "),
    (r"\\pi(?![a-zA-Z])", "3.141592653589793"),
    (r"\\sum(?![a-zA-Z])", "sum"),
    (r"\\prod(?![a-zA-Z])", "prod"),
    (r"\\(?:text|mathrm|mathit|textit|mathbf|operatorname)\s*\{([^{}]*)\}", r"\1"),
    (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)"),
    (r"\\([%$_&#])", r"\1"),
    (r"\b(?!sum_|prod_)([A-Za-z]\w*)_\{([^{}]*)\}", r"\1[\2]"),
    (r"\\(?=[a-zA-Z])", ""),
)
_PATTERNS = tuple((re.compile(pattern), replacement) for pattern, replacement in _LATEX)
_CURRENCIES = frozenset("$€£¥")
_COMPARISONS = {"=": "==", "===": "==", ":=": "==", "=<": "<=", "=>": ">=", "<>": "!="}
_OTHER_SIGNS = {"^": "**", "&&": "and", "||": "or", "//": "/"}
_STOPS = frozenset({"+", "-", "<=", ">=", "==", "<", ">", "!=", "=", ",", "for", "if"})
_OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a formulation declares, the members of its sets, and the sets that index its tables."""

    names: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    indices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Piece:
    """A token and the space in front of it."""

    text: str
    kind: str
    space: str = ""


@dataclass(slots=True)
class _Line:
    pieces: list[_Piece] = field(default_factory=list)

    def at(self, position: int) -> str:
        return self.pieces[position].text if 0 <= position < len(self.pieces) else ""

    def kind(self, position: int) -> str:
        return self.pieces[position].kind if 0 <= position < len(self.pieces) else ""

    def text(self) -> str:
        return "".join(piece.space[:1] + piece.text for piece in self.pieces).strip()


def plain_signs(text: str) -> str:
    """The text with Unicode and LaTeX operators written in plain characters, outside quotes."""
    return "".join(part if quoted else _plain_part(part) for part, quoted in quoted_parts(_with_plain_quotes(text)))


def mended(text: str, known: Known | None = None) -> str:
    """An expression or condition with the slips undone; ``known`` tells units and members from names."""
    known = known or Known()
    line = _pieces(plain_signs(text))
    _replace_signs(line)
    _join_thousands(line)
    _read_percents(line)
    _fold_sums(line)
    _join_indices(line)
    _bind_sums(line, known)
    _quote_members(line, known)
    _multiply(line, known)
    return line.text()


def quoted_parts(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it stands in double quotes."""
    found = re.split(r'("(?:[^"\\\n]|\\.)*")', text)
    return [(part, number % 2 == 1) for number, part in enumerate(found) if part]


def _with_plain_quotes(text: str) -> str:
    return re.sub("[“”„]", '"', text)


def _plain_part(text: str) -> str:
    for sign, plain in _SIGNS.items():
        if sign in text:
            text = text.replace(sign, plain)
    if "\\" in text or "_{" in text:
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
    return text


def _pieces(text: str) -> _Line:
    line, end = _Line(), 0
    for token in tokens(text):
        line.pieces.append(_Piece(token.text, token.kind, text[end : token.at]))
        end = token.end
    return line


def _replace_signs(line: _Line) -> None:
    kept = []
    for piece in line.pieces:
        if piece.text in _CURRENCIES or piece.text == ";":
            continue
        piece.text = _COMPARISONS.get(piece.text) or _OTHER_SIGNS.get(piece.text) or piece.text
        kept.append(piece)
    line.pieces = kept


def _join_thousands(line: _Line) -> None:
    """``1,200`` becomes 1200 outside index brackets and calls, where a comma separates."""
    brackets: list[bool] = []
    position = 0
    while position < len(line.pieces):
        text = line.at(position)
        if text in ("(", "["):
            brackets.append(text == "[" or line.at(position - 1) in FUNCTIONS)
        elif text in (")", "]") and brackets:
            brackets.pop()
        if not (brackets and brackets[-1]) and re.fullmatch(r"\d{1,3}", text):
            while (
                line.at(position + 1) == ","
                and re.fullmatch(r"\d{3}(\.\d+)?", line.at(position + 2))
                and not line.pieces[position + 1].space
                and not line.pieces[position + 2].space
                and "." not in line.at(position)
            ):
                line.pieces[position].text += line.at(position + 2)
                del line.pieces[position + 1 : position + 3]
        position += 1


def _read_percents(line: _Line) -> None:
    """``8.5%`` becomes 0.085, ``30% of x`` 0.3*x, ``30 percent`` 0.3."""
    position = 0
    while position < len(line.pieces):
        if line.kind(position) == "number" and line.at(position + 1) in ("%", "percent"):
            line.pieces[position].text = f"{float(line.at(position)) / 100:.12g}"
            del line.pieces[position + 1]
            if line.at(position + 1) == "of":
                line.pieces[position + 1] = _Piece("*", "operator")
                if line.at(position + 2) == "the":
                    del line.pieces[position + 2]
        position += 1


def _fold_sums(line: _Line) -> None:
    """``sum{i in I} a[i]*x[i]``, ``sum_{i in I} ...`` and ``sum(i in I) ...`` become one sum with its binders."""
    for position in range(len(line.pieces) - 1, -1, -1):
        name = line.at(position).rstrip("_").lower()
        if name not in ("sum", "prod", "min", "max") or line.at(position + 1) not in ("{", "("):
            continue
        close = _closing(line.pieces, position + 1)
        inner = line.pieces[position + 2 : close]
        if not _is_binder(inner):
            line.pieces[position].text = name
            continue
        separator = next((k for k, piece in enumerate(inner) if piece.text == ":" and _depth(inner, k) == 0), None)
        comma = _binder_end(inner)
        if line.at(position + 1) == "(" and (separator is not None or comma is not None):
            cut = separator if separator is not None else comma
            assert cut is not None
            binders, body, rest = inner[:cut], inner[cut + 1 :], line.pieces[close + 1 :]
        else:
            end = _term_end(line.pieces, close + 1)
            binders, body, rest = inner, line.pieces[close + 1 : end], line.pieces[end:]
        if body:
            line.pieces[position:] = [*_sum(name, body, binders), *rest]


def _sum(name: str, body: Sequence[_Piece], binders: Sequence[_Piece]) -> list[_Piece]:
    clauses: list[_Piece] = [_Piece("for", "name", " ")]
    depth = 0
    for number, piece in enumerate(binders):
        depth += (piece.text in _OPENING) - (piece.text in _OPENING.values())
        following = [other.text for other in binders[number + 1 : number + 3]]
        if piece.text == "," and depth == 0 and following[1:] == ["in"]:
            clauses.append(_Piece("for", "name", " "))
        elif piece.text == ":":
            clauses.append(_Piece("if", "name", " "))
        else:
            clauses.append(_Piece(piece.text, piece.kind, piece.space or (" " if number == 0 else "")))
    first = _Piece(body[0].text, body[0].kind)
    return [_Piece(name, "name", " "), _Piece("(", "operator"), first, *body[1:], *clauses, _Piece(")", "operator")]


def _is_binder(pieces: Sequence[_Piece]) -> bool:
    """Whether the pieces begin like ``i in I`` or ``i, j in Arcs`` or ``(i, j) in Arcs``."""
    words = [piece.text for piece in pieces]
    return re.match(r"^\(?\s*[^\W\d]\w*(\s*,\s*[^\W\d]\w*)*\s*\)?\s+in\s", " ".join(words)) is not None


def _binder_end(pieces: Sequence[_Piece]) -> int | None:
    """The comma after ``i in I`` that a body follows, in ``sum(i in I, body)``."""
    for number, piece in enumerate(pieces):
        inside = any(other.text == "in" for other in pieces[:number])
        if piece.text == "," and inside and _depth(pieces, number) == 0 and not _is_binder(pieces[number + 1 :]):
            return number
    return None


def _depth(pieces: Sequence[_Piece], end: int) -> int:
    opened = sum(piece.text in _OPENING for piece in pieces[:end])
    return opened - sum(piece.text in _OPENING.values() for piece in pieces[:end])


def _closing(pieces: Sequence[_Piece], opening: int) -> int:
    depth = 0
    for number in range(opening, len(pieces)):
        depth += (pieces[number].text in _OPENING) - (pieces[number].text in _OPENING.values())
        if depth == 0:
            return number
    return len(pieces)


def _term_end(pieces: Sequence[_Piece], start: int) -> int:
    depth = 0
    for number in range(start, len(pieces)):
        text = pieces[number].text
        if depth == 0 and number > start and (text in _STOPS or text in _OPENING.values()):
            return number
        depth += (text in _OPENING) - (text in _OPENING.values())
    return len(pieces)


def _join_indices(line: _Line) -> None:
    """``x[i][j]`` becomes x[i, j]; ``sum([... for i in I])`` loses its inner brackets."""
    position = 0
    while position < len(line.pieces) - 1:
        if line.at(position) == "]" and line.at(position + 1) == "[" and position + 2 < len(line.pieces):
            line.pieces[position : position + 2] = [_Piece(",", "operator")]
            line.pieces[position + 1] = replace(line.pieces[position + 1], space=" ")
        elif line.at(position) == "(" and line.at(position + 1) == "[" and line.at(position - 1) in AGGREGATES:
            close = _closing(line.pieces, position + 1)
            if line.at(close + 1) == ")":
                del line.pieces[close]
                del line.pieces[position + 1]
        position += 1


def _bind_sums(line: _Line, known: Known) -> None:
    """``sum(cost[b]*x[b])`` is bound over the set that indexes cost."""
    for position in range(len(line.pieces) - 1, -1, -1):
        if line.at(position) not in ("sum", "prod") or line.at(position + 1) != "(":
            continue
        close = _closing(line.pieces, position + 1)
        inside = range(position + 2, close)
        if any(
            line.at(number) in ("for", ",") and _depth(line.pieces[position + 2 :], number - position - 2) == 0
            for number in inside
        ):
            continue
        wanted: dict[str, str] = {}
        for number in inside:
            if line.at(number + 1) == "[" and line.kind(number) == "name":
                wanted |= _indices_at(line, number, known)
        clauses = " ".join(f"for {name} in {index_set}" for name, index_set in wanted.items())
        line.pieces[close:close] = _pieces(f" {clauses}").pieces if clauses else []


def _indices_at(line: _Line, number: int, known: Known) -> dict[str, str]:
    """Each plain index of the entry at ``number`` that is no name and no member, with the set at its place."""
    close = _closing(line.pieces, number + 1)
    entries = [piece.text for piece in line.pieces[number + 2 : close]]
    sets = known.indices.get(line.at(number), ())
    if len(entries) != 2 * len(sets) - 1 or set(entries[1::2]) - {","}:
        return {}
    pairs = zip(entries[::2], sets, strict=True)
    return {
        name: index_set for name, index_set in pairs if name.isidentifier() and name not in known.names | known.members
    }


def _quote_members(line: _Line, known: Known) -> None:
    """``x[large]`` becomes x["large"] where large is a member and no name."""
    brackets: list[str] = []
    bound = {line.at(number) for number in range(len(line.pieces)) if _binds(line, number)}
    for position, piece in enumerate(line.pieces):
        if piece.text in ("(", "["):
            brackets.append(piece.text)
        elif piece.text in (")", "]") and brackets:
            brackets.pop()
        elif piece.kind == "name" and piece.text in known.members - known.names - bound:
            alone = line.at(position - 1) in ("[", ",") and line.at(position + 1) in ("]", ",")
            compared = line.at(position - 1) in ("==", "!=")
            if (alone and brackets and brackets[-1] == "[") or compared:
                piece.text, piece.kind = f'"{piece.text}"', "string"


def _binds(line: _Line, number: int) -> bool:
    """Whether the name at ``number`` is bound by a ``for`` here."""
    if line.kind(number) != "name":
        return False
    before = number
    while line.at(before - 1) == "," and line.kind(before - 2) == "name":
        before -= 2
    while line.at(before - 1) == "(":
        before -= 1
    return line.at(before - 1) == "for"


def _multiply(line: _Line, known: Known) -> None:
    """A missing product sign is put in; a unit after a number is left out."""
    position = 1
    while position < len(line.pieces):
        before, piece = line.pieces[position - 1], line.pieces[position]
        operand = before.kind == "number" or before.text in (")", "]")
        starts = (piece.kind == "name" and piece.text not in OPERATOR_WORDS) or piece.text == "("
        if operand and starts:
            following = line.at(position + 1)
            called = piece.text in FUNCTIONS and following == "("
            if piece.text == "(" or piece.text in known.names or called or following == "[" or before.kind != "number":
                line.pieces.insert(position, _Piece("*", "operator"))
                piece.space = ""
            elif _looks_like_a_unit(piece.text, known.names):
                del line.pieces[position]
                if line.at(position) == "/" and line.kind(position + 1) == "name":
                    del line.pieces[position : position + 2]
                continue
        position += 1


def _looks_like_a_unit(name: str, names: Collection[str]) -> bool:
    return bool(names) and name not in names and name.isalpha()
