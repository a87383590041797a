"""Algebra inside sentences, "2 times x[0] minus the third resource must equal 4", as forms and relations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.times import ORDINALS

from .members import families, namings

Kind = Literal["number", "variable", "relation", "sign", "square", "root", "word", "mark"]
Comparison = Literal["<=", ">=", "=="]

_SYMBOL = re.compile(r"(?<![A-Za-z_\\.])([A-Za-z])(?:_\{?(\w{1,3})\}?)?\[(\w{1,4})(?:\s*,\s*(\w{1,4}))?\]")
_SUBSCRIPT = re.compile(
    r"(?<![A-Za-z_\\.])([A-Za-z])(?:_\{(\w{1,3})(?:\s*,\s?(\w{1,3}))?\}|_(\w{1,3})|(\d{1,2}))(?![\w\[])"
)
_LETTER = re.compile(r"(?<![A-Za-z_\\.'])([A-Za-z])(?![\w'.])")
_ALGEBRAIC = re.compile(
    r"\d\s?\*?\s?(?!e[-+]\d)([A-Za-z])(?![\w'.])\s*(?:[-+<>=]|\u2264|\u2265|\\[gl]eq?\b)"
    r"|[-+<>=]\s*\d*\s?\*?\s?([A-Za-z])(?![\w'.])\s*(?:[-+<>=,.\n]|$|\u2264|\u2265|\\[gl]eq?\b)"
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+|\bzero\b")
_RELATIONS: tuple[tuple[Comparison, str], ...] = (
    ("<=", r"<=|\u2264|\\leq?\b|<|\bless than or equal to\b|\bat most\b|\bnot exceed\b|\bcannot exceed\b|"
           r"\b(?:no|not) (?:more|greater) than\b"),
    (">=", r">=|\u2265|\\geq?\b|>|\bgreater than or equal to\b|\bat least\b|\b(?:no|not) less than\b"),
    ("==", r"==?|\bequals?(?: to)?\b|\bequal(?:ing)?(?: to)?\b"),
)  # fmt: skip
_LEXER = re.compile(
    "|".join(
        (
            *(rf"(?P<r{k}>{pattern})" for k, (_, pattern) in enumerate(_RELATIONS)),
            r"(?P<root>\bsquare root of\b|\\sqrt\b)",
            r"(?P<square>\bsquares? of\b)",
            r"(?P<power>\^\{?2\}?|\u00b2|\*\*2|\bsquared\b)",
            rf"(?P<number>{_NUMBER.pattern})",
            r"(?P<sign>[-+]|\bplus\b|\bminus\b)",
            r"(?P<word>[A-Za-z]+)",
            r"(?P<mark>[^\s\w])",
        )
    ),
    re.I,
)
_SIGNS = str.maketrans("\u2212\u2013\u00a0$&", "--   ")
#: Words that may stand between a factor and its variable, or between a sign and a variable.
_FILLER = word_set(
    "times multiplied by units unit of from for the value level levels allocation allocations allocated at in to "
    "variable variables resource amount quantity auxiliary production"
)
_LONGEST_FILLER = 7
#: Words that never stand between a factor and its variable.
_STOPS = word_set("and or equals equal is are must plus minus while requires require first second")
#: Words that may stand between a form and its comparison.
_LINKS = word_set("must be is are should to can has have which that together and does do not exactly strictly")


@dataclass(frozen=True, slots=True)
class Variable:
    """One decision of the algebra: a group ("x", "hub") with its indices."""

    group: str
    index: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of algebra with its place."""

    kind: Kind
    text: str
    start: int
    end: int
    value: float = 0.0
    variable: Variable | None = None
    squared: bool = False


@dataclass(slots=True)
class Form:
    """A sum of factors times variables and squares, and a constant; ``root`` if it stands under a square root."""

    terms: dict[Variable, float] = field(default_factory=dict)
    squares: dict[Variable, float] = field(default_factory=dict)
    constant: float = 0.0
    root: bool = False
    numbers: set[int] = field(default_factory=set)
    factors: int = 0

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (*self.terms, *self.squares)


@dataclass(frozen=True, slots=True)
class Statement:
    """``left comparison right`` at ``text[start:end]``; no right side where nothing is compared.

    ``sought``: the sentence says that it is minimized or maximized.
    """

    left: Form
    comparison: Comparison | None
    right: Form | None
    start: int
    end: int
    sought: bool = False


def plain(text: str) -> str:
    """The text without marks of LaTeX and Markdown, character for character."""
    text = text.translate(_SIGNS)
    text = re.sub(r"\\[()\[\]]", "  ", text)
    text = re.sub(r"(?m)^(\s*)[-*\u2022](?=\s)", r"\1 ", text)
    text = re.sub(r"\\(?:left|right|quad|cdot|times|,|;)(?![A-Za-z])", lambda m: " " * len(m[0]), text)
    text = re.sub(r"\\(?:text|mathrm|mathbf)\{([^{}\n]{0,60})\}", lambda m: m[1].rjust(len(m[0])), text)
    return re.sub(r"\*\*(?=\D)|(?<=\D)\*\*", "  ", text)


def named_variables(text: str) -> list[tuple[int, int, Variable]]:
    """The places that name variables: indexed symbols, else letters in algebra, else things that factors go with."""
    found = [
        (m.start(), m.end(), Variable(m[1], tuple(part for part in m.groups()[1:] if part)))
        for m in _SYMBOL.finditer(text)
    ]
    if not found:
        found = [
            (m.start(), m.end(), Variable(m[1], tuple(part for part in m.groups()[1:] if part)))
            for m in _SUBSCRIPT.finditer(text)
        ]
    symbols = {variable.group for _, _, variable in found}
    letters = {a or b for a, b in _ALGEBRAIC.findall(text)} - symbols
    if not found or letters:
        taken = {start for start, _, _ in found}
        found.extend(
            (m.start(), m.end(), Variable(m[1], ()))
            for m in _LETTER.finditer(text)
            if m[1] in letters and m.start() not in taken
        )
    factor = rf"(?:{_NUMBER.pattern})\s+(?:times|multiplied by|units? (?:of|from))\s+(?:[a-z]+\s+){{0,4}}?"
    for family in families(text):
        if len(re.findall(rf"{factor}{family.noun} \w{{1,3}}\b", text, re.I)) > len(family.members):
            places = namings(text, [family])
            found.extend((p.start, p.end, Variable(family.noun, (p.member.rpartition(" ")[2],))) for p in places)
    ordinal = re.compile(rf"{factor}(?:{'|'.join(ORDINALS)}) ([a-z]+)", re.I)
    nouns = {m[1].lower() for m in ordinal.finditer(text)}
    for noun in nouns:
        found.extend(
            (m.start(), m.end(), Variable(noun, (str(ORDINALS.index(m[1].lower()) + 1),)))
            for m in re.finditer(rf"\b({'|'.join(ORDINALS)}) {noun}\b", text, re.I)
        )
    return sorted(found, key=lambda place: place[0])


def pieces(text: str, places: Sequence[tuple[int, int, Variable]]) -> list[Piece]:
    """The text (``plain``) as tokens of algebra."""
    found: list[Piece] = []
    at = 0
    spots: list[tuple[int, int, Variable | None]] = [*places, (len(text), len(text), None)]
    for start, end, variable in spots:
        if start < at:
            continue
        found.extend(_lexed(text, at, start))
        if variable is not None:
            found.append(Piece("variable", text[start:end], start, end, variable=variable))
        at = end
    merged: list[Piece] = []
    for piece in found:
        if piece.text == "^2" and merged and merged[-1].kind == "variable":
            last = merged.pop()
            merged.append(Piece("variable", last.text, last.start, piece.end, variable=last.variable, squared=True))
        else:
            merged.append(piece)
    return merged


def _lexed(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in _LEXER.finditer(text, start, end):
        name = str(match.lastgroup)
        a, b = match.span()
        if name == "number":
            value = 0.0 if match[0].lower() == "zero" else float(match[0].replace(",", ""))
            yield Piece("number", match[0], a, b, value)
        elif name == "power":
            yield Piece("mark", "^2", a, b)
        elif name.startswith("r") and name[1:].isdigit():
            yield Piece("relation", _RELATIONS[int(name[1:])][0], a, b)
        elif name == "sign":
            yield Piece("sign", "-" if match[0].lower() in ("-", "minus") else "+", a, b)
        else:
            kinds: Mapping[str, Kind] = {"root": "root", "square": "square", "word": "word", "mark": "mark"}
            yield Piece(kinds[name], match[0].lower(), a, b)


@dataclass(slots=True)
class Reader:
    """Reads forms and statements out of pieces."""

    text: str
    found: Sequence[Piece]

    def statements(self) -> Iterator[Statement]:
        """All comparisons, and the forms that an objective consists of, in the order of the text."""
        at = 0
        goal = False
        while at < len(self.found):
            piece = self.found[at]
            if piece.text in (".", ";"):
                goal = goal and piece.text == ";"
            if piece.kind == "word" and re.match(r"(?:mini|maxi)mi[sz]|min$|max$|objective$", piece.text):
                goal = True
            if piece.kind not in ("number", "variable", "sign", "square", "root"):
                at += 1
                continue
            form, after = self.form(at)
            if form is None:
                at += 1
                continue
            follow = self._comparison(after)
            if follow is None:
                if form.factors >= 2 or (goal and (form.factors or len(form.terms) > 1)):
                    yield Statement(form, None, None, piece.start, self.found[after - 1].end, goal)
                at = max(after, at + 1)
                continue
            while follow is not None:
                comparison: Comparison = self.found[follow].text  # type: ignore[assignment]
                right, end = self.form(follow + 1, right=True)
                if right is None:
                    break
                if form.variables or right.variables:
                    yield Statement(form, comparison, right, piece.start, self.found[end - 1].end)
                form, after = right, end
                follow = self._comparison(end, directly=True)
            at = max(after, at + 1)

    def form(self, at: int, *, right: bool = False) -> tuple[Form | None, int]:
        """The form that begins at a piece, and where it ends; None where there is none."""
        form = Form()
        begin = at
        while at < len(self.found):
            sign, after = self._sign(at)
            after = self._item(form, sign, after, first=at == begin, right=right)
            if after == 0:
                break
            at = after
            more = self._continues(at, listing=not right)
            named = self.found[begin].kind == "variable" and at == begin + 1
            if more < 0 or (named and self.found[more].kind != "sign"):
                break
            at = more
        return (form, at) if at > begin and (form.variables or form.numbers) else (None, begin)

    def _sign(self, at: int) -> tuple[float, int]:
        sign = 1.0
        while at < len(self.found) and self.found[at].kind == "sign":
            sign = -sign if self.found[at].text == "-" else sign
            at += 1
        return sign, at

    def _item(self, form: Form, sign: float, at: int, *, first: bool, right: bool) -> int:
        """Reads one summand into the form; the place after it, 0 where there is none."""
        if at >= len(self.found):
            return 0
        piece = self.found[at]
        begin = at
        if piece.kind == "number":
            factor = self._factored(at)
            if factor < len(self.found) and self.found[factor].kind == "variable":
                self._add(form, self.found[factor], sign * piece.value)
                form.numbers.add(piece.start)
                form.factors += 1
                return factor + 1
            form.constant += sign * piece.value
            form.numbers.add(piece.start)
            return at + 1
        at = self._skip(at, most=4)
        while at < len(self.found) and self.found[at].kind == "root":
            form.root = True
            at = self._skip(at + 1, more=("sum",))
        if at < len(self.found) and self.found[at].text == "sum":
            at = self._skip(at, more=("sum",))
        if at < len(self.found) and self.found[at].kind == "square":
            return self._squares(form, sign, at + 1)
        if at < len(self.found) and self.found[at].kind == "variable" and (at == begin or not first or right):
            self._add(form, self.found[at], sign)
            return at + 1
        return 0

    def _factored(self, at: int) -> int:
        """Where the variable of a factor stands: "3 x", "3 times the output of plant A", not on a new line."""
        after = self._skip(at + 1)
        if self.found[at + 1 : at + 2] and self.found[at + 1].text in ("times", "multiplied", "units", "unit"):
            most = min(after + _LONGEST_FILLER, len(self.found))
            while after < most and self.found[after].kind == "word" and self.found[after].text not in _STOPS:
                after += 1
        if after < len(self.found) and "\n" in self.text[self.found[at].end : self.found[after].start]:
            return len(self.found)
        return after

    def _add(self, form: Form, piece: Piece, factor: float) -> None:
        if piece.variable is not None:
            kept = form.squares if piece.squared else form.terms
            kept[piece.variable] = kept.get(piece.variable, 0.0) + factor

    def _squares(self, form: Form, sign: float, at: int) -> int:
        """A list of variables, each squared: "the squares of a, b and c"."""
        at = self._skip(at)
        last = 0
        while at < len(self.found) and self.found[at].kind == "variable":
            variable = self.found[at].variable
            if variable is not None:
                form.squares[variable] = form.squares.get(variable, 0.0) + sign
            last = at = at + 1
            while at < len(self.found) and self.found[at].text in (",", "and"):
                at += 1
        return last

    def _skip(self, at: int, *, most: int = _LONGEST_FILLER, more: Sequence[str] = ()) -> int:
        end = min(at + most, len(self.found))
        while at < end and (
            self.found[at].text in _FILLER or self.found[at].text in more or self.found[at].text == "*"
        ):
            at += 1
        return at

    def _continues(self, at: int, *, listing: bool) -> int:
        """Where the next summand begins: after a sign, or after a comma or "and" with a factor of its own; else -1."""
        after = at
        while after < len(self.found) and self.found[after].text in (",", "and"):
            after += 1
        if after >= len(self.found):
            return -1
        if self.found[after].kind == "sign" and (after == at or self.found[after].end - self.found[after].start > 1):
            return after
        factor = self._sign(after)[1]
        if listing and after > at and factor < len(self.found) and self.found[factor].kind == "number":
            then = self._skip(factor + 1)
            if then < len(self.found) and self.found[then].kind == "variable":
                return after
        return -1

    def _comparison(self, at: int, *, directly: bool = False) -> int | None:
        end = min(at + (1 if directly else 5), len(self.found))
        while at < end:
            if self.found[at].kind == "relation":
                return at
            if self.found[at].text not in _LINKS and self.found[at].text != ",":
                return None
            at += 1
        return None
