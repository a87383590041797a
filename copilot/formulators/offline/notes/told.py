"""What notes say about a list of owners, clause by clause: the facts, limits and relations of the reader by roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..roles.aims import Aim
from ..roles.facts import PERCENT, Fact, Limit
from ..roles.lines import Figure
from ..roles.owners import Owners
from ..roles.relations import Relation
from ..roles.vocabulary import money_family
from ..words.comparators import Comparator, Direction
from ..words.lexicon import OCCASIONS, STOP_WORDS, unit_of
from ..words.measures import Measure
from ..words.tokens import Token
from .comparing import Side, bound_of, compared, mention_at, side, two_to_one
from .cues import BOUNDS, CASES, CONSUMED, CUES, NEED, PURSE, RULES, WHOLE
from .cutting import Amount, Clause, content
from .owners import columns

#: Dimensions of what is used up.
_SPENT = frozenset({"time", "money"})


@dataclass(slots=True)
class Told:
    """What all clauses say of a list of owners; ``unused`` figures are in nothing, ``unread`` counts rules left out."""

    facts: list[Fact] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    unused: list[Figure] = field(default_factory=list)
    unread: int = 0

    def foreign(self) -> int:
        """How many limits are of something of which no owner has a figure, in a direction that nothing tells."""
        measured = {fact.measure.dimension for fact in self.facts}
        summed = [
            limit for limit in self.limits
            if limit.measure.dimension in self.units - measured and not (limit.owners or limit.whole)
        ]  # fmt: skip
        known = {noun for fact in self.facts for noun in fact.measure.nouns | fact.measure.context}
        return max(0, len(summed) - 1) + sum(
            1 for limit in self.limits
            if limit.direction is None and not (limit.lean or limit.whole or limit.owners or limit.measure.dimension)
            and limit.measure.nouns and not limit.measure.nouns & known
        )  # fmt: skip


def read(clauses: Sequence[Clause], owners: Owners, aim: Aim, text: str) -> Told:
    """Every clause in turn; what the first clause of a sentence says of need or supply holds for all of them."""
    named = [(name, slot) for name, slot in columns(clauses)]
    dealt = [name[0].start for name, _ in named] == [owner.start for owner in owners.items]
    words = {token.low for clause in clauses for token in (*clause.head, *clause.tokens)}
    paid = aim.dimension == "money" or bool(words & PURSE)
    reader = _Reader(owners, aim, text, [slot for _, slot in named] if dealt else [], paid)
    for clause in clauses:
        reader.enter(clause)
        reader.clause(replace(clause, head=clause.head or reader.prefix))
    return reader.told


@dataclass(slots=True)
class _Reader:
    owners: Owners
    aim: Aim
    text: str
    slots: list[int]
    paid: bool
    told: Told = field(default_factory=Told)
    turn: int = 0
    last: tuple[int, int] = (-1, -1)
    owner: int | None = None
    bound: Comparator | None = None
    lean: int = 0
    prefix: tuple[Token, ...] = ()

    def enter(self, clause: Clause) -> None:
        """What the head, or the first words of a sentence, say for all its clauses."""
        if clause.first:
            self.owner, self.bound, self.lean, self.prefix = None, None, 0, ()
        head = clause.head
        named = self._named(head)
        self.owner = named if named is not None else self.owner if not head else None
        if head:
            self.bound = bound_of([t for t in head if not t.is_number]) if _short_bound(head) else None
        named = self._named(clause.lead) if clause.amounts and not head else None
        if clause.first and named is not None:
            self.owner = named
            self.prefix = self._prefix(clause)
        if head or clause.first:
            self.lean = _lean((*head, *(clause.lead if clause.amounts else clause.tokens)))

    def _prefix(self, clause: Clause) -> tuple[Token, ...]:
        """ "profit A 30, B 42": the words in front of the first name are about all figures of the sentence."""
        first = next(i for i in range(len(clause.tokens)) if mention_at(clause.tokens, i, self.owners) is not None)
        front = clause.tokens[:first]
        return front if all(t.is_word and t.low not in CUES | NEED | BOUNDS for t in front) else ()

    def _named(self, tokens: Sequence[Token]) -> int | None:
        """The only owner named in the tokens."""
        seen = {hit[0] for i in range(len(tokens)) if (hit := mention_at(tokens, i, self.owners)) is not None}
        return seen.pop() if len(seen) == 1 else None

    # --- a clause -------------------------------------------------------------------------------------------------

    def clause(self, clause: Clause) -> None:
        tokens = clause.tokens
        bound = bound_of(tokens)
        if bound is not None and tokens[bound.first].low == "=" and not self._equal(clause):
            bound = None
        if any(token.low in CASES for token in tokens):
            self.told.unused.extend(amount.figure for amount in clause.amounts)
            return
        if bound is not None and self._compared(clause, bound):
            return
        if not clause.amounts:
            lows = {token.low for token in tokens}
            self.told.unread += bool(lows & RULES) and len(side(tokens, 0, len(tokens), self.owners).terms) > 1
            return
        if len(clause.amounts) == 2 and self._ranged(clause):
            return
        for amount in clause.amounts:
            owner = self._owner_of(clause, amount)
            inherited = bound or self.bound
            supplied = _lean(tokens) or (self.lean if self._named(clause.head) is None or _cued(clause.head) else 0)
            if owner is not None and (inherited is not None or supplied):
                direction: Direction | None = inherited.direction if inherited is not None else None
                direction = direction or (">=" if supplied > 0 else "<=")
                self._limit(clause, amount, direction, owners=(owner,), counted=True)
            elif owner is not None:
                self._fact(clause, amount, owner)
            elif inherited is not None or supplied or not self._announces(clause, amount):
                self._resource(clause, amount, inherited)

    def _equal(self, clause: Clause) -> bool:
        """Whether "=" makes equal: "fat = 10 %", "A + B = 100"; in "oil = 60 oz" it is a colon."""
        percent = any(amount.figure.token.percent for amount in clause.amounts)
        return percent or bool(side(clause.tokens, 0, len(clause.tokens), self.owners).terms)

    def _announces(self, clause: Clause, amount: Amount) -> bool:
        """ "3 sizes of crates": it only says how many owners there are."""
        plain = not (amount.figure.measure.dimension or amount.per or clause.head)
        return plain and amount.value == len(self.owners) and amount.figure.at == 0

    def _owner_of(self, clause: Clause, amount: Amount) -> int | None:
        if self.slots and clause.slot is not None:
            return self.slots.index(clause.slot) if clause.slot in self.slots else None
        behind = [t for t in clause.tokens if t.start >= amount.figure.token.end and t.low in amount.per]
        for named in (self._named(behind), self._named(clause.lead), self.owner):
            if named is not None:
                return named
        after = clause.tokens[amount.figure.at + 1 :]
        counted_ = [t for t in after if t.is_word][:3]
        return self._named(counted_) if self.owner is None and not clause.head else None

    # --- comparisons ----------------------------------------------------------------------------------------------

    def _compared(self, clause: Clause, bound: Comparator) -> bool:
        """Owners against owners, a share of the whole, or owners against a number."""
        tokens = clause.tokens
        left, right = Side(), side(tokens, 0, bound.first, self.owners)
        if not bound.trailing and bound.last < len(tokens):
            left, right = right, side(tokens, bound.last, len(tokens), self.owners)
        if not left.terms and self.owner is not None and self.owner not in right.terms:
            left.terms = {self.owner: 1.0}
        made = two_to_one(tokens, self.owners)
        made = made or compared(left, right, len(self.owners), shares=not self._measured(clause))
        if made is not None:
            terms = tuple(sorted((e, v) for e, v in made.terms.items() if v))
            self.told.relations.append(
                Relation(
                    made.kind, terms, bound.direction, made.constant, clause.line, clause.start, clause.end,
                    bound.strict, made.figures,
                )
            )  # fmt: skip
            self.told.unused.extend(amount.figure for amount in clause.amounts[made.figures :])
            return True
        counted = left.terms or (right.terms if len(right.figures) == 1 else {})
        if not counted or not clause.amounts or (left.terms and (right.constant is None or right.part)):
            return False
        self._limit(
            clause, clause.amounts[-1], bound.direction, owners=tuple(counted), counted=True, strict=bound.strict
        )
        self.told.unused.extend(amount.figure for amount in clause.amounts[:-1])
        return True

    def _measured(self, clause: Clause) -> bool:
        """Whether a percentage is of something that the owners have a percentage of, and no owner is meant."""
        nouns = {t.stem for t in content(clause.tokens)} | {n for a in clause.amounts for n in a.figure.measure.nouns}
        return any(fact.measure.dimension == PERCENT and fact.measure.nouns & nouns for fact in self.told.facts)

    def _ranged(self, clause: Clause) -> bool:
        """ "fat 20-30 %", "10 to 20 chairs": a floor and a ceiling."""
        low, high = clause.amounts
        between = [t.low for t in clause.tokens[low.figure.at + 1 : high.figure.at]]
        if between not in (["-"], ["to"], ["and"]):
            return False
        measure = high.figure.measure
        percent = high.figure.token.percent and not low.figure.token.percent
        token = low.figure.token
        if percent:
            token = replace(token, value=(token.value or 0.0) / 100, percent=True)
        low = replace(low, figure=replace(low.figure, measure=measure, token=token))
        owner = self._owner_of(clause, high)
        named = () if owner is None else (owner,)
        self._limit(clause, low, ">=", owners=named, counted=bool(named))
        self._limit(clause, high, "<=", owners=named, counted=bool(named))
        return True

    # --- facts and limits -----------------------------------------------------------------------------------------

    def _fact(self, clause: Clause, amount: Amount, owner: int) -> None:
        if (owner, clause.line) != self.last:
            self.turn, self.last = self.turn + 1, (owner, clause.line)
        measure, bare = self._measure(clause, amount, facts=True)
        self.told.units |= _units(amount)
        self.told.facts.append(Fact((owner,), amount.value, measure, amount.figure, clause.line, self.turn, bare))

    def _resource(self, clause: Clause, amount: Amount, bound: Comparator | None) -> None:
        direction = bound.direction if bound is not None else None
        self._limit(clause, amount, direction, strict=bound is not None and bound.strict)

    def _limit(
        self,
        clause: Clause,
        amount: Amount,
        direction: Direction | None,
        *,
        owners: tuple[int, ...] = (),
        counted: bool = False,
        strict: bool = False,
    ) -> None:
        measure, _ = self._measure(clause, amount, facts=False)
        words = (*clause.head, *clause.tokens)
        lean = _lean(clause.tokens) or self.lean
        if not lean and (measure.dimension in _SPENT or any(t.lemma in CONSUMED for t in words)):
            lean = -2
        whole = any(t.low in WHOLE or t.lemma in self.owners.category for t in words) and not owners
        self.told.limits.append(
            Limit(
                amount.value, direction, strict, lean, measure, owners, counted, whole,
                False, amount.figure, clause.line, clause.start, clause.end,
            )
        )  # fmt: skip

    def _measure(self, clause: Clause, amount: Amount, *, facts: bool) -> tuple[Measure, bool]:
        """What a figure measures: its own unit and noun, else the words in front of it, else those of the head."""
        figure = amount.figure
        found = figure.measure
        own = {t.stem for t in self._owned(clause.tokens)} | {t.stem for t in self._owned(clause.head)}
        lead = [t for t in clause.lead if t.stem not in own]
        after = clause.tokens[figure.at + 1 : figure.end]
        head = [t for t in clause.head if t.is_word and t.stem not in own]
        behind = [t for t in clause.tokens[figure.end :] if t.is_word and t.low not in amount.per]
        stems = tuple(t.stem for t in (*head, *behind, *after, *lead))
        family = money_family(stems)
        cues = {t.stem for t in (*clause.tokens, *clause.head) if t.low in CUES | NEED | BOUNDS | WHOLE}
        nouns = frozenset(n for n in found.nouns if n not in own and n not in cues and not money_family((n,)))
        if not nouns:
            nouns = frozenset(t.stem for t in content(lead) if not money_family((t.stem,)))
        if not nouns and self._named(clause.head) is None:
            nouns = frozenset(t.stem for t in content(head) if not money_family((t.stem,)))
        dimension, size = found.dimension, found.size
        if figure.token.percent:
            dimension, size = PERCENT, 1.0
        if not dimension and (unit := _unit_in(head) or _unit_in(lead)) is not None:
            dimension, size = unit
        bare = not nouns and not dimension
        if not dimension and (family or (bare and self._priced(clause, amount, facts=facts))):
            dimension, size = "money", 1.0
        if dimension == "money":
            nouns = frozenset()
        context = frozenset(s for s in stems if s not in own and len(s) > 2 and s not in cues)
        words = " ".join(t.low for t in (*content(head), *content(lead), *after) if t.stem in nouns) or found.words
        family = family if dimension in ("money", PERCENT) else ""
        return Measure(nouns, context, dimension, size, family, words, found.unit), bare and not dimension

    def _priced(self, clause: Clause, amount: Amount, *, facts: bool) -> bool:
        """Whether a figure with no unit and no noun is money: "120 per day", "+2.50", "5k"."""
        token = amount.figure.token
        plus = amount.figure.at and clause.tokens[amount.figure.at - 1].low == "+"
        purse = any(t.low in PURSE for t in (*clause.tokens, *clause.head))
        thousands = self.text[token.start : token.end].endswith("k")
        term = len(clause.tokens) == 2 and not amount.figure.at and not clause.head  # "25A" of a formula
        one = facts and (plus or amount.single or term)
        return purse or (self.paid and bool(one or thousands))

    def _owned(self, tokens: Sequence[Token]) -> Iterator[Token]:
        i = 0
        while i < len(tokens):
            named = mention_at(tokens, i, self.owners)
            if named is not None:
                yield from tokens[i : named[1]]
            i = named[1] if named is not None else i + 1


def _lean(tokens: Sequence[Token]) -> int:
    """2 where the words speak of a need, -2 where they speak of what is there."""
    lows = {token.low for token in tokens}
    return 2 if lows & NEED else -2 if lows & CUES else 0


def _cued(head: Sequence[Token]) -> bool:
    return any(token.low in CUES | NEED for token in head)


def _short_bound(head: Sequence[Token]) -> bool:
    """ "min qty:", "max:" bound what follows; in "molding, min:" the word is a unit."""
    return any(token.low in BOUNDS or token.low in ("most", "least") for token in head)


def _unit_in(tokens: Sequence[Token]) -> tuple[str, float] | None:
    if not tokens or len(tokens) < 1:
        return None
    known = [unit_of(t.low) for t in tokens if t.is_word and t.low not in STOP_WORDS | {"min"}]
    return next((unit for unit in known if unit is not None), None)


def _units(amount: Amount) -> set[str]:
    """The dimension in which an owner is counted: "$4/l", "0.9 k$/acre", "60/h"."""
    found = [unit_of(word) for word in amount.per if word not in OCCASIONS]
    return {unit[0] for unit in found if unit is not None}
