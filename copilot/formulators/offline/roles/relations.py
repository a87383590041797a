"""Comparisons among owners: shares of the whole, multiples, differences, orders, "three for every one"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..comparators import Direction
from ..lexicon import word_set
from .combinations import Combination, combinations
from .lines import Figure, Line
from .mentions import Mention, wholes
from .owners import Owners

_AS = word_set("many much large great high long big often")
_BREAKS = word_set("; : . ? !")
_EXCEEDS = word_set("exceed exceeds exceeding surpass surpasses outnumber outnumbers outweigh")


@dataclass(frozen=True, slots=True)
class Relation:
    """``sum(factor * owner) direction constant``, from ``tokens[first:last]`` of a line."""

    kind: str
    terms: tuple[tuple[int, float], ...]
    direction: Direction
    constant: float
    line: int
    start: int
    end: int
    strict: bool = False
    figures: int = 0


@dataclass(slots=True)
class Found:
    """The relations of one line with the figures that they used up and the words that they spoke of."""

    relations: list[Relation] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)


def relations(line: Line, k: int, seen: Sequence[Mention], owners: Owners) -> Found:
    """What the line says about owners against owners."""
    found = Found()
    reader = _Reader(line, k, [m for m in seen if m.form == "one"], owners, found, seen)
    for made in combinations(line, reader.mentions):
        reader.combined(made)
    for figure in line.figures:
        if figure.at in found.used:
            continue
        for ability in (
            reader.as_many,
            reader.per_other,
            reader.part_of,
            reader.times,
            reader.difference,
            reader.share,
        ):
            if ability(figure):
                break
    reader.orders()
    return found


@dataclass(slots=True)
class _Reader:
    line: Line
    k: int
    mentions: list[Mention]
    owners: Owners
    found: Found
    seen: Sequence[Mention]
    spent: set[int] = field(default_factory=set)

    # --- places -------------------------------------------------------------------------------------------------

    def _region(self, i: int) -> tuple[int, int]:
        """The part of the line around ``i`` up to strong marks."""
        first = i
        while first > 0 and self.line.tokens[first - 1].low not in _BREAKS:
            first -= 1
        last = i
        while last < len(self.line.tokens) and self.line.tokens[last].low not in _BREAKS:
            last += 1
        return first, last

    def _before(self, first: int, i: int) -> tuple[int, ...]:
        """The owners of the last group of mentions in ``tokens[first:i]``."""
        return self._group([m for m in self.mentions if first <= m.first < i], backward=True)

    def _after(self, i: int, last: int) -> tuple[int, ...]:
        return self._group([m for m in self.mentions if i <= m.first < last], backward=False)

    def _group(self, run: list[Mention], *, backward: bool) -> tuple[int, ...]:
        """Mentions joined by commas and conjunctions, at the end or at the beginning of a run."""
        if not run:
            return ()
        run = run[::-1] if backward else run
        group = [run[0]]
        for mention in run[1:]:
            a, b = (mention, group[-1]) if backward else (group[-1], mention)
            gap = self.line.lows(a.last, b.first)
            if not set(gap) <= word_set("and , or the of plus by in both a combined & number amount into") or not set(
                gap
            ) & word_set("and , or plus &"):
                break
            group.append(mention)
        return tuple(dict.fromkeys(e for m in group for e in m.owners))

    def _add(
        self,
        kind: str,
        left: Sequence[int],
        right: Sequence[tuple[int, float]],
        direction: Direction,
        place: tuple[int, int],
        *,
        constant: float = 0.0,
        figures: Sequence[Figure] = (),
        strict: bool = False,
    ) -> bool:
        terms: dict[int, float] = {}
        for owner in left:
            terms[owner] = terms.get(owner, 0.0) + 1.0
        for owner, factor in right:
            terms[owner] = terms.get(owner, 0.0) - factor
        first, last = place
        tokens = self.line.tokens
        self.found.relations.append(
            Relation(
                kind,
                tuple(sorted((e, v) for e, v in terms.items() if v)),
                direction,
                constant,
                self.k,
                tokens[first].start,
                tokens[min(last, len(tokens)) - 1].end,
                strict,
                len(figures),
            )
        )
        self.found.used |= {figure.at for figure in figures}
        self.found.spans.append(place)
        return True

    def combined(self, made: Combination) -> None:
        if any(figure.at in self.found.used for figure in made.figures):
            return
        tokens = self.line.tokens
        self.found.relations.append(
            Relation(
                "combination", made.terms, made.direction, made.constant, self.k, tokens[made.first].start,
                tokens[made.last - 1].end, made.strict, len(made.figures),
            )
        )  # fmt: skip
        self.found.used |= {figure.at for figure in made.figures}
        self.found.spans.append((made.first, made.last))

    # --- abilities ----------------------------------------------------------------------------------------------

    def as_many(self, figure: Figure) -> bool:
        """ "twice as many A as B", "A may not be more than twice as many as B"."""
        lows = [t.low for t in self.line.tokens]
        i = figure.end
        if not figure.relative and not (i < len(lows) and lows[i] == "times"):
            return False
        if self._twice_the_number(figure):
            return True
        i = next((j for j in range(figure.at + 1, min(figure.at + 4, len(lows))) if lows[j] == "as"), -1)
        if i < 0 or i + 1 >= len(lows) or lows[i + 1] not in _AS:
            return False
        first, last = self._region(figure.at)
        close = next((j for j in range(i + 2, last) if lows[j] in ("as", "than")), None)
        if close is None:
            return False
        inside = self._after(i + 2, close)
        left = inside or self._before(first, figure.first)
        right = self._after(close, last)
        if not left or not right or set(left) & set(right):
            return False
        direction = figure.direction or "=="
        return self._add(
            "ratio", left, [(e, figure.value) for e in right], direction, (first, last), figures=[figure],
            strict=figure.strict,
        )  # fmt: skip

    def _twice_the_number(self, figure: Figure) -> bool:
        """ "at most twice the amount of A as B", "five times the number of A are needed than B"."""
        first, last = self._region(figure.at)
        lows = self.line.lows(0, last)
        if not set(lows[figure.at + 1 : figure.at + 5]) & {"amount", "number", "quantity"}:
            return False
        pivot = next((j for j in range(figure.at + 4, last) if lows[j] in ("as", "than")), None)
        if pivot is None:
            return False
        left, right = self._after(figure.at + 1, pivot), self._after(pivot, last)
        if not left or not right or set(left) & set(right):
            return False
        return self._add(
            "ratio", left, [(e, figure.value) for e in right], figure.direction or "==", (first, last),
            figures=[figure], strict=figure.strict,
        )  # fmt: skip

    def part_of(self, figure: Figure) -> bool:
        """ "Half of A should be greater than or equal to B", "twice the number of A must be at most B"."""
        if not (figure.token.multiplier or figure.token.fraction) or figure.direction is not None:
            return False
        first, last = self._region(figure.at)
        after = (c for c in self.line.comparators if figure.at < c.first < last)
        comparator = next(after, None)
        if comparator is None or any(comparator.last <= f.at < last for f in self.line.figures):
            return False
        part = self._after(figure.at + 1, comparator.first)
        whole = self._after(comparator.last, last)
        if len(part) != 1 or not whole or part[0] in whole or self._before(first, figure.at):
            return False
        terms = [(part[0], -figure.value), *((e, 1.0) for e in whole)]
        return self._add("ratio", (), terms, comparator.direction, (first, last), figures=[figure])

    def times(self, figure: Figure) -> bool:
        """ "at least three times B", "no more than half of B", "double what B gets"."""
        if not (figure.token.multiplier or figure.token.fraction or figure.token.percent):
            return False
        first, last = self._region(figure.at)
        left = self._before(first, figure.first)
        right = self._after(figure.end if figure.end > figure.at + 1 else figure.at + 1, last)
        right = right or self._after(figure.at + 1, last)
        if not left or not right or set(left) & set(right):
            return False
        near = next((m.first for m in self.mentions if m.first >= figure.at + 1), last)
        gap = self.line.lows(figure.at + 1, near)
        if wholes(self.line, figure.at + 1, near, self.owners) and not set(gap) & {"number", "amount", "that", "what"}:
            return False
        if not figure.token.multiplier or figure.token.fraction:
            named = gap[1:] if gap[:1] == ["of"] else gap
            if gap[:2] == ["of", "what"]:
                named = []
            told = gap[:1] == ["of"] or {"number", "amount", "many", "much"} & set(gap)
            if not told or not set(named) <= word_set("the number amount of that those a quantity units as many"):
                return False
        if set(gap) & word_set(", and while but than for in into") and "what" not in gap:
            return False
        direction = figure.direction or "=="
        return self._add(
            "ratio", left, [(e, figure.value) for e in right], direction, (first, last), figures=[figure],
            strict=figure.strict,
        )  # fmt: skip

    def per_other(self, figure: Figure) -> bool:
        """ "at most four kids for each adult", "for every guard at most three stewards", "two A to one B"."""
        if figure.relative or (figure.measure.dimension and figure.measure.dimension != ""):
            return False
        first, last = self._region(figure.at)
        lows = [t.low for t in self.line.tokens]
        counted = self._after(figure.at + 1, min(last, figure.at + 6))
        if len(counted) != 1 or self._figures_between(figure.at + 1, counted[0]):
            return False
        for mention in self.mentions:
            if not first <= mention.first < last or counted[0] in mention.owners or mention.first in self.spent:
                continue
            j = mention.first - 1
            other = next((f for f in self.line.figures if f.at in (j, j - 1) and f is not figure), None)
            start = other.at if other is not None else j
            opener = None
            for back in range(start if other is None else start - 1, max(first - 1, start - 4), -1):
                if lows[back] in ("every", "each", "per"):
                    opener = back
                    break
                if lows[back] in ("and", ",", "for") or not self.line.tokens[back].is_word:
                    break
            if opener is None or len(mention.owners) != 1:
                continue
            told = set(lows[first:last]) & word_set("must should needs need required requires there may can let")
            single = any(m.single for m in self.mentions if m.first > figure.at and counted[0] in m.owners)
            if not (figure.direction or (told and not single)):
                continue
            factor = figure.value / (other.value if other is not None and other.value else 1.0)
            ceiling = set(lows[first:last]) & {"may", "can", "only", "allowed"}
            direction = figure.direction or ("<=" if ceiling else ">=")
            used = [figure] + ([other] if other is not None else [])
            self.spent.add(mention.first)
            return self._add(
                "ratio", counted, [(mention.owners[0], factor)], direction, (first, last), figures=used,
                strict=figure.strict,
            )  # fmt: skip
        return False

    def _figures_between(self, i: int, owner: int) -> bool:
        at = next((m.first for m in self.mentions if m.first >= i and owner in m.owners), i)
        return any(i <= f.at < at for f in self.line.figures)

    def difference(self, figure: Figure) -> bool:
        """ "at least 20 more lindens than oaks", "A exceeds B by at least 5"."""
        first, last = self._region(figure.at)
        lows = [t.low for t in self.line.tokens]
        exceeds = next((j for j in range(first, figure.first) if lows[j] in _EXCEEDS), None)
        if exceeds is not None and not figure.relative and "by" in lows[exceeds : figure.at]:
            left, right = self._before(first, exceeds), self._after(exceeds, figure.first)
            if left and right and not set(left) & set(right):
                return self._add(
                    "difference", left, [(e, 1.0) for e in right], figure.direction or ">=", (first, last),
                    constant=figure.value, figures=[figure],
                )  # fmt: skip
        apart = next((j for j in range(first, figure.first) if lows[j] in ("difference", "gap", "margin")), None)
        if apart is not None and not figure.relative and figure.direction is not None:
            pair = [m for m in self.mentions if apart < m.first < figure.first and len(m.owners) == 1]
            if len(pair) == 2 and pair[0].owners != pair[1].owners:
                return self._add(
                    "difference", pair[0].owners, [(pair[1].owners[0], 1.0)], figure.direction, (first, last),
                    constant=figure.value, figures=[figure],
                )  # fmt: skip
        more = next(
            (j for j in range(figure.at + 1, min(figure.at + 5, last)) if lows[j] in ("more", "fewer", "less")), None
        )
        than = next((j for j in range(more + 1, last) if lows[j] == "than"), None) if more is not None else None
        if more is None or than is None or figure.relative:
            return False
        left = self._after(more + 1, than) or self._before(first, figure.first)
        right = self._after(than, last)
        if not left or not right or set(left) & set(right):
            return False
        if lows[more] != "more":
            left, right = right, left
        direction = figure.direction or ">="
        return self._add(
            "difference", left, [(e, 1.0) for e in right], direction, (first, last), constant=figure.value,
            figures=[figure],
        )  # fmt: skip

    def share(self, figure: Figure) -> bool:
        """ "at least 40% of all jars", "no more than a third of the money may go into A"."""
        if not (figure.token.percent or figure.token.fraction) or figure.value > 1.0:
            return False
        first, last = self._region(figure.at)
        first, last = self._own_part(figure, first, last)
        lows = self.line.lows(first, last)
        piece = self.line.pieces[self.line.piece_of(figure.at)]
        own = set(self.line.lows(max(first, piece.first), min(last, piece.last)))
        obliged = figure.direction is not None or bool(own & word_set("must should shall has have exactly"))
        if not obliged or "contain" in lows:
            return False
        after = self._after(figure.at + 1, last)
        before = self._before(first, figure.first)
        part = (
            after
            if after and (not before or wholes(self.line, figure.at + 1, self._first(after, figure.at), self.owners))
            else before
        )
        part = part or before or after
        if not part or len(part) >= len(self.owners):
            return False
        everyone = range(len(self.owners))
        direction = figure.direction or "=="
        return self._add(
            "share", part, [(e, figure.value) for e in everyone], direction, (figure.first, last), figures=[figure],
            strict=figure.strict,
        )  # fmt: skip

    def _first(self, owners: Sequence[int], i: int) -> int:
        return next((m.first for m in self.mentions if m.first > i and set(m.owners) & set(owners)), i)

    def _own_part(self, figure: Figure, first: int, last: int) -> tuple[int, int]:
        """Where several shares stand in one sentence, the part from the comma before to the comma behind."""
        for other in self.line.figures:
            if other is figure:
                continue
            cut = next(
                (j for j in range(other.end, figure.first) if self.line.tokens[j].low in (",", "and", "but", "while")),
                None,
            )
            if other.at < figure.at and cut is not None:
                first = max(first, cut + 1)
            cut = next(
                (
                    j
                    for j in range(other.first, figure.at, -1)
                    if self.line.tokens[j].low in (",", "but", "while", "and")
                ),
                None,
            )
            if other.at > figure.at and cut is not None:
                last = min(last, cut)
        return first, last

    def orders(self) -> None:
        """ "as many A as B", "A must not exceed B", "no more A than B", "A must not outnumber B": no figure at all."""
        lows = [t.low for t in self.line.tokens]
        for comparator in self.line.comparators:
            if any(a <= comparator.first < b for a, b in self.found.spans):
                continue
            first, last = self._region(comparator.first)
            first, last = self._clause(comparator.first, first, last)
            if any(comparator.last <= f.at < last and not f.soft for f in self.line.figures):
                continue
            as_ = next((j for j in range(comparator.first, min(comparator.last + 2, last)) if lows[j] == "as"), None)
            close = next(
                (j for j in range(comparator.last, last) if lows[j] == "as" and as_ is not None and j > as_), None
            )
            than = next((j for j in range(comparator.first, last) if lows[j] == "than"), None)
            pivot = close if close is not None else than if than is not None else comparator.last
            left = self._after(comparator.last, pivot) or self._before(first, comparator.first)
            right = self._after(pivot, last)
            if left and right and not set(left) & set(right):
                self._add(
                    "order", left, [(e, 1.0) for e in right], comparator.direction, (first, last),
                    strict=comparator.strict,
                )  # fmt: skip
        for i, low in enumerate(lows):
            if low not in ("more", "fewer", "less") or any(a <= i < b for a, b in self.found.spans):
                continue
            first, last = self._region(i)
            than = next((j for j in range(i + 2, last) if lows[j] == "than"), None)
            if than is None or any(i < f.at < last for f in self.line.figures):
                continue
            left, right = self._after(i + 1, than), self._after(than, last)
            if left and right and not set(left) & set(right):
                negated = i > 0 and bool(set(lows[max(first, i - 6) : i]) & word_set("no not never cannot can't n't"))
                up = (low == "more") != negated
                self._add(
                    "order", left, [(e, 1.0) for e in right], ">=" if up else "<=", (first, last), strict=not negated
                )

    def _clause(self, i: int, first: int, last: int) -> tuple[int, int]:
        """Narrowed to the clause: from the end of the last piece with a verb before, to the next piece with one."""
        here = self.line.piece_of(i)
        for k, piece in enumerate(self.line.pieces):
            if k < here and piece.verb is not None and first < piece.last <= i:
                first = piece.last
            if k > here and piece.verb is not None and i < piece.first < last:
                last = piece.first
        for piece in self.line.pieces:
            if piece.opener in ("but", "while", "whereas", "because", "since") and first < piece.first <= i:
                first = piece.first
            if piece.opener in ("but", "while", "whereas", "because", "since") and i < piece.first < last:
                last = piece.first
        for figure in self.line.figures:
            if first <= figure.at < i:
                cut = next((j for j in range(figure.end, i) if self.line.tokens[j].low in (",", "and")), None)
                first = max(first, cut + 1) if cut is not None else first
        return first, last
