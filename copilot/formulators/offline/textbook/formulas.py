"""Formulas said in words or in signs: "30 times the square root of x", "0.002v^2 + 2", "3 times the number of sorters
times the number of packers", each as parts with the figures and the quantities that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import STOP_WORDS, is_verb, unit_of, word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.particles import ARTICLES, POSSESSIVES

from .pages import Measured, Page

#: A noun phrase ends at these, however it goes on.
_BORDERS = word_set(
    """times plus minus and or is are was that which for while gives brings yields makes costs cost equals per by where
    euros dollars more extra from if when so but"""
)
_ANAPHORS = word_set("it its them their there what that this amount spend spent share")
_FILLERS = word_set(
    "the a an of in on into for we i you they to our my your each number amount what it its put us there"
)
#: What makes the word before it a letter, and stands behind a factor without a sign.
_SIGNS = frozenset({"sqrt", "ln", "log", "\u221a", "^"})
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Atom:
    """What a formula is a function of: a letter, or the stems of a noun phrase; neither where it only refers back.

    counted: whether it is "the number of" something; noun: the first of its words.
    """

    letter: str
    words: frozenset[str]
    counted: bool = False
    noun: str = ""

    @property
    def key(self) -> str:
        return self.letter or " ".join(sorted(self.words))


Part = str | Measured | Atom | Figure


@dataclass(frozen=True, slots=True)
class Formula:
    """``tokens[first:last]`` of the page. ``curved``: whether it is no linear form."""

    parts: tuple[Part, ...]
    first: int
    last: int
    curved: bool

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return tuple(dict.fromkeys(part for part in self.parts if isinstance(part, Atom)))

    def figures(self) -> tuple[Measured, ...]:
        return tuple(part for part in self.parts if isinstance(part, Measured))

    def rendered(self, sheet: Paper, names: Mapping[Atom, str]) -> str:
        """The expression over the decisions of the atoms; its coefficients are parameters, its powers stand in it."""
        parts: list[str] = []
        for part in self.parts:
            if isinstance(part, Atom):
                parts.append(names[part])
            elif isinstance(part, str):
                parts.append(part)
            elif isinstance(part, Measured) and parts[-1:] == ["**"]:
                parts.append(f"{part.value:g}")
            else:
                figure = part.figure() if isinstance(part, Measured) else part
                parts.append(sheet.parameter(f"coefficient_{next(iter(names.values()))}", figure))
        return "".join(parts)


def formulas(page: Page) -> Iterator[Formula]:
    """The curved formulas of a text, in order, none inside another."""
    grammar = _Grammar(page)
    i = 0
    while i < len(page.tokens):
        found = grammar.sum(i)
        if found is not None and found.curved and found.atoms:
            yield found
            i = found.last
        else:
            i += 1


class _Grammar:
    """Descent over the tokens of one page. Every method answers with the formula that begins at a place, or None."""

    def __init__(self, page: Page) -> None:
        self.tokens = page.tokens
        self.figures = {figure.at: figure for figure in page.figures}

    def low(self, i: int) -> str:
        return self.tokens[i].low if 0 <= i < len(self.tokens) else ""

    def sum(self, i: int) -> Formula | None:
        sign: tuple[Part, ...] = ()
        begin = i
        if self.low(i) in ("-", "minus"):
            sign, i = ("-",), i + 1
        found = self.product(i)
        if found is None:
            return None
        parts, last, curved = (*sign, *found.parts), found.last, found.curved
        while self.low(last) in ("+", "-", "plus", "minus"):
            more = self.product(last + 1)
            if more is None:
                break
            parts += (" + " if self.low(last) in ("+", "plus") else " - ", *more.parts)
            last, curved = more.last, curved or more.curved
        return Formula(parts, begin, last, curved)

    def product(self, i: int) -> Formula | None:
        found = self.power(i)
        if found is None:
            return None
        parts, last, curved = found.parts, found.last, found.curved
        while True:
            at, sign = last, "*"
            if self.low(at) in ("times", "\u00d7", "\u00b7"):
                at += 1
            elif self.low(at) == "multiplied" and self.low(at + 1) == "by":
                at += 2
            elif self.low(at) in ("/", "divided"):
                at, sign = at + 1 + (self.low(at + 1) == "by"), "/"
            elif not self._joined(last):
                break
            begin = at + (self.low(at) == "of" and at == last)
            more = self.power(begin) or (self.noun(begin) if self.low(begin) in ("its", "their") else None)
            if more is None:
                break
            quantities = any(isinstance(part, Atom) for part in parts) and bool(more.atoms)
            parts, curved = (
                (*parts, sign, *more.parts),
                curved or more.curved or quantities or (sign == "/" and bool(more.atoms)),
            )
            last = more.last
        return Formula(parts, i, last, curved)

    def _joined(self, last: int) -> bool:
        """Whether what follows is multiplied without a sign: "60q", "30 [times] the square root", "3(x + 1)"."""
        before, low = self.tokens[last - 1], self.low(last)
        if before.multiplier:
            return True
        return (before.is_number or before.low == ")" or len(before.low) == 1 or _is_letter(before.low)) and (
            _is_letter(low) or low in _SIGNS - {"^"} or (low == "(" and not before.is_word)
        )

    def power(self, i: int) -> Formula | None:
        found = self.factor(i)
        if found is None:
            return None
        last = found.last
        sign = self.low(last)
        if sign in ("squared", "cubed"):
            return Formula((*found.parts, "**2" if sign == "squared" else "**3"), i, last + 1, bool(found.atoms))
        if sign == "^":
            exponent = self.figures.get(last + 1)
            if exponent is not None:
                curved = bool(found.atoms) and exponent.value != 1
                return Formula((*found.parts, "**", exponent), i, last + 2, curved)
        return found

    def factor(self, i: int) -> Formula | None:
        low = self.low(i)
        if i in self.figures:
            figure = self.figures[i]
            return None if figure.token.percent else Formula((figure,), i, max(i + 1, self._unit_end(figure)), False)
        if low == "one" and self.low(i + 1) in ("plus", "+"):
            return Formula(("1",), i, i + 1, False)
        if low == "(":
            inner = self.sum(i + 1)
            closed = inner is not None and self.low(inner.last) == ")"
            return Formula(("(", *inner.parts, ")"), i, inner.last + 1, inner.curved) if inner and closed else None
        found = self.function(i) or self.letter(i) or self.noun(i, counted_only=True)
        if found is None and low == "the":
            found = self.noun(i)
            found = found if found is not None and self.low(found.last) in ("times", "multiplied") else None
        return found

    def _unit_end(self, figure: Measured) -> int:
        """Behind a coin: "0.02 dollars times the square"."""
        coin = figure.dimension == "money" and not figure.per
        return figure.end if coin or (figure.dimension == "money" and figure.end == figure.at + 2) else figure.at + 1

    def letter(self, i: int) -> Formula | None:
        low = self.low(i)
        raised = {"\u00b2": "**2", "\u00b3": "**3"}.get(low[-1:], "")
        name = low[:-1] if raised else low
        if not (
            _is_letter(name) or (low in ("a", "i") and (self.low(i + 1) in _SIGNS | {")"} or self.low(i - 1) == "+"))
        ):
            return None
        atom = Atom(name, frozenset())
        return Formula((atom, raised) if raised else (atom,), i, i + 1, bool(raised))

    def function(self, i: int) -> Formula | None:
        """ "the square root of x", "its square root", "sqrt(x)", "the natural logarithm of one plus x"."""
        article = self.low(i) in ARTICLES | POSSESSIVES and self.low(i + 1) not in _SIGNS
        k = i + article
        if self.low(k) in ("square", "cube") and self.low(k + 1) == "root":
            kind, at = ("sqrt" if self.low(k) == "square" else "cbrt"), k + 2
        elif self.low(k) in ("square", "cube") and (self.low(k + 1) == "of" or self.low(i) in ("its", "their")):
            kind, at = self.low(k), k + 1
        elif self.low(k) == "natural" and self.low(k + 1) in ("log", "logarithm"):
            kind, at = "log", k + 2
        elif self.low(k) in ("log", "logarithm", "ln", "sqrt", "\u221a", "root"):
            kind, at = ("log" if self.low(k)[0] == "l" else "sqrt"), k + 1
        else:
            return None
        if self.low(at) == "of":
            inner = (self.sum if kind == "log" else self.power)(at + 1) or self.noun(at + 1)
            if inner is not None and not inner.atoms and kind == "log":
                inner = self._one_plus(inner)
        elif self.low(at) == "(" or _is_letter(self.low(at)):
            inner = self.power(at)
        elif kind != "log" or self.low(i) in ("its", "their"):
            inner = Formula((Atom("", frozenset()),), at, at, False)
        else:
            return None
        if inner is None:
            return None
        body, last = inner.parts, inner.last
        if body[0] == "(" and body[-1] == ")" and "(" not in body[1:]:
            body = body[1:-1]
        shape: dict[str, tuple[Part, ...]] = {
            "sqrt": ("sqrt(", *body, ")"), "log": ("log(", *body, ")"), "cbrt": ("(", *body, ")**(1/3)"),
            "square": ("(", *body, ")**2"), "cube": ("(", *body, ")**3"),
        }  # fmt: skip
        return Formula(shape[kind], i, last, bool(inner.atoms))

    def _one_plus(self, one: Formula) -> Formula | None:
        """ "one plus the bags put on it"."""
        if self.low(one.last) not in ("plus", "+"):
            return None
        inner = self.noun(one.last + 1)
        return inner and Formula((*one.parts, " + ", *inner.parts), one.first, inner.last, False)

    def noun(self, i: int, *, counted_only: bool = False) -> Formula | None:
        """A noun phrase that names a quantity; without a reason to expect one, only "the number of ..."."""
        k = i
        while self.low(k) in ARTICLES | POSSESSIVES:
            k += 1
        counted = self.low(k) in ("number", "amount") and self.low(k + 1) == "of"
        if counted_only and not counted:
            return None
        last = k + 2 * counted
        while last < min(len(self.tokens), k + _LONGEST):
            token = self.tokens[last]
            measured = last > k + 2 * counted and unit_of(token.low) is not None
            if not token.is_word or token.low in _BORDERS or token.low in ("squared", "cubed") or measured:
                break
            last += 1
        lows = [token.low for token in self.tokens[k:last]]
        if not lows:
            return None
        if _ANAPHORS & set(lows) and not counted:
            return Formula((Atom("", frozenset()),), i, last, False)
        nouns = [low for low in lows if low not in _FILLERS | STOP_WORDS and not is_verb(low)]
        atom = Atom("", frozenset(map(stem, nouns)), counted, next(iter(nouns), ""))
        return Formula((atom,), i, last, False)


def _is_letter(low: str) -> bool:
    return (len(low) == 1 and low.isalpha() and low not in "ai") or (
        len(low) == 2 and low[0].isalpha() and low[1].isdigit()
    )
