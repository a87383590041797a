"""Limits on a plan about items: from the margins of the table, from its columns, and from what the prose says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.offline.words.comparators import Direction
from copilot.formulators.offline.words.lexicon import is_content, unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tokens import Token

from .aim import Aim
from .domains import CHOOSING, MIXED, invests
from .elements import Elements
from .naming import Speaking
from .roster import PEOPLE, Attribute, Figure, Roster
from .sayings import Saying

_AVERAGED = re.compile(r"\b(?:weighted )?average of\b[^.]{0,60}\b(?:inputs?|ingredients?|components?|parts)\b", re.I)
_COUNTED = frozenset({"unit", "piece"})
#: A least amount that holds only where something is made at all.
_IF_AT_ALL = re.compile(
    r"\bif (?:it|they|any|we|one|an? \w+|\w+) (?:is|are|make|makes|run|runs|produce|produces|use|uses)\b|"
    r"\bif\b[^.]{0,40}\bat all\b|"
    r"\bor (?:none|nothing|not)\b|"
    r"\b(?:minimum|smallest) (?:batch|lot|run|order)\b",
    re.I,
)
_EACH_TYPE = re.compile(r"\b(?:that|such an?) (?:type|kind|one|product|item|model)\b", re.I)
_ITS_OWN = re.compile(
    r"\b(?:that|this|such|of it|of them|its|each|every|any|a) ?(?:type|kind|one|product|item|model|\w+)?\b", re.I
)
_SYMBOLS = {"t": "ton", "l": "liter"}
_PUT = re.compile(r"\binvest\w*|\badvertis\w*|\bmarketing\b|\btraining\b|\bresearch\b|\bautomation\b", re.I)
_SPENT = re.compile(r"\bbudget\b|\bspen[dt]\w*\b|\bmoney\b", re.I)


@dataclass(slots=True)
class Limits:
    """Writes limits with ``elements`` for a plan that has ``aim``."""

    elements: Elements
    aim: Aim
    speaking: Speaking
    text: str
    parts: Sequence[Sequence[Token]]

    @property
    def roster(self) -> Roster:
        return self.elements.roster

    @property
    def _invested(self) -> bool:
        """Whether the decisions are amounts of money."""
        told = self.aim.formula is not None and not self.roster.of("loss", "fixed")
        return told or invests(self.roster, self.text)

    def margins(self, shift: float) -> None:
        """Limits on totals that stand at the margin of the table; heads work ``shift`` hours each."""
        for attribute in self.roster.attributes:
            for margin in attribute.margins:
                value = margin.figure.value * (shift if PEOPLE.search(margin.title) else 1.0)
                if margin.side == "<=":
                    self.elements.tops.append((attribute, value))
                self._total(attribute, margin.side, margin.figure, value)

    def columns(self) -> None:
        """Columns that bound the decisions themselves; demand is to be met where costs are cut, else a ceiling."""
        elements = self.elements
        for attribute in self.roster.of("least", "most"):
            demand = re.search(r"\bdemand\b|\brequir\w*", attribute.title, re.I)
            least = attribute.role == "least"
            side: Direction = ">=" if least or (demand and self.aim.sense == "minimize") else "<="
            if self.roster.groups:
                for k, figure in attribute.figures.items():
                    number = elements.number(f"{_end(side)} {self.roster.items[self.roster.groups[k][0]]}", figure)
                    elements.limit(attribute.short, elements.some(self.roster.groups[k]), side, number)
                elements.columns[elements.place(attribute)] = number
                continue
            figures = {self.roster.items[k]: f for k, f in attribute.figures.items()}
            inside = elements.index
            if len(figures) < len(self.roster.items):
                inside = elements.page.set("bounded", tuple(figures), within=(inside,))
            column = elements.page.column(attribute.title, inside, figures, attribute.title)
            elements.columns[elements.place(attribute)] = column
            batch = re.search(r"\bbatch|\blot\b|\bif (?:used|made|produced)", attribute.title, re.I)
            only_if = f"*{elements.switch()}[i]" if least and batch and self.roster.of("fixed") else ""
            elements.limit(
                attribute.short, f"{elements.variable}[i]", side, f"{column}[i]{only_if}", over=f"i in {inside}"
            )

    def say(self, saying: Saying) -> bool:
        """Whether a saying was understood, as a limit or as the price of an attribute."""
        token = saying.token
        if token.money and self._spending(saying):
            return True
        several = [self.roster.attributes[k] for k in saying.titled]
        if side_by_side(saying, several):
            for one in several:
                self._on_total(saying, one, saying.side or "<=")
            return True
        attribute = self._about(saying)
        if token.percent or token.fraction:
            return self._share(saying, attribute)
        priced = token.money and (saying.per or saying.side is None) and not saying.items
        if priced and attribute is not None and not attribute.money:
            attribute.price = Figure(saying.value, token.start, token.end, money=True)
            return True
        plain = saying.plain and attribute is None and self._of_amounts(saying)
        side = self._side(saying, attribute) if plain or saying.side is None else saying.side
        if side is None and token.money and self._invested:
            side = "<="
        if side is None:
            return False
        if saying.items:
            return self._on_items(saying, attribute, side)
        elements = self.elements
        if side == ">=" and not token.money and not saying.titled and self._at_all(saying):
            name = elements.number("least batch", token)
            elements.limit(
                "batch", f"{elements.variable}[i]", side, f"{name}*{elements.switch()}[i]", over=elements.each
            )
            return True
        if attribute is not None and not (
            saying.each and not saying.total and attribute.role == "content" and not saying.unit
        ):
            return self._on_total(saying, attribute, side)
        own = _EACH_TYPE.search(" ".join(saying.words)) is not None
        if (saying.each or own) and not token.money and (not saying.unit or self._unitary(saying)):
            if saying.plain and side == "<=" and not self._counts_items(saying):
                return False
            name = elements.number("most each" if side == "<=" else "least each", token)
            for group in self.roster.groups:
                elements.limit("each", elements.some(group), side, name)
            if self.roster.groups:
                return True
            elements.limit("each", f"{elements.variable}[i]", side, name, over=elements.each)
            return True
        return self._on_count(saying, side) or self._on_all_columns(saying, side)

    def _on_all_columns(self, saying: Saying, side: Direction) -> bool:
        """A limit on what all columns together come to: hours of work, where each column is a kind of work."""
        known = unit_of(saying.unit) if saying.unit else None
        kinds = [a for a in self.roster.of("content") if not a.unit]
        alone = any(a.dimension == (known or ("",))[0] for a in self.roster.attributes)
        if known is None or known[0] not in ("time", "heavy") or alone or side != "<=" or len(kinds) < 2:
            return False
        name = self.elements.number(f"most {saying.unit}", saying.token)
        self.elements.limit("altogether", " + ".join(map(self.elements.total, kinds)), side, name)
        return True

    def _spending(self, saying: Saying) -> bool:
        """Whether a budget is for money that changes figures; where it is for costs too, both share it."""
        bends = [a.bend for a in self.roster.attributes if a.bend is not None and a.bend.step is not None]
        if not bends or saying.per or saying.items:
            return False
        elements, lows = self.elements, {stem(w) for w in saying.words}
        costs = [a for a in self.roster.of("loss") if a.money and ("total" in lows or a.heads & lows)]
        if costs and not _PUT.search(" ".join(saying.words)):
            return False
        elements.cause(bends[0])
        name = elements.number("budget", saying.token)
        spent = " + ".join([f"sum({elements.spent}[i] for {elements.each})", *map(elements.total, costs)])
        elements.limit("budget", spent, saying.side or "<=", name)
        return True

    def _side(self, saying: Saying, attribute: Attribute | None) -> Direction | None:
        """The direction of a figure that no word compares: what there is, or what is needed."""
        maximized = self.aim.sense == "maximize"
        if attribute is not None and attribute.role in ("content", "loss") and not saying.items:
            return "<=" if maximized or attribute.role == "loss" else ">="
        if self._of_amounts(saying) or (saying.total and self._unitary(saying)):
            return "<=" if maximized else ">="
        return None

    def _at_all(self, saying: Saying) -> bool:
        """Whether a least amount holds only for what is made at all."""
        tokens = self.parts[saying.sentence]
        sentence = self.text[tokens[0].start : tokens[-1].end]
        return _IF_AT_ALL.search(sentence) is not None and (saying.each or bool(_ITS_OWN.search(sentence)))

    # --- what a figure is about ------------------------------------------------------------------------------------

    def _about(self, saying: Saying) -> Attribute | None:
        """The attribute that a figure limits: money goes to what is paid, other figures by words and units."""
        if self._of_amounts(saying):
            return None
        pool = [a for a in self.roster.attributes if a.role not in ("least", "most")]
        titled = [self.roster.attributes[k] for k in saying.titled]
        titled = [a for a in titled if not a.money or saying.token.money or not saying.unit]
        if len(titled) == 1 and self._counts_named(saying, titled[0]):
            return None
        if len(titled) == 1 and titled[0] in pool and (saying.side or not saying.token.money or saying.per):
            return titled[0]
        if saying.token.money:
            return self._paid(saying, pool)
        words = " ".join(saying.words)
        spent = re.search(r"\bbudget\b|\bspen[dt]\w*\b|\bcosts?\b|\bmoney\b", words)
        if not (spent and not saying.unit):
            pool = [a for a in pool if not a.money]
        if saying.unit in _COUNTED:
            pool = [a for a in pool if unit_of(a.unit) is None]
        near = self.speaking.attribute(saying.after, saying.unit, among=pool) if saying.after else None
        found = near or self.speaking.attribute(saying.words, saying.unit, among=pool)
        if found is None and re.search(r"\bbudget\b|\bspend\b", words):
            paid = [a for a in pool if a.role == "loss"]
            return paid[0] if len(paid) == 1 else None
        return found

    def _counts_items(self, saying: Saying) -> bool:
        """Whether a figure counts what the rows are, or nothing by name: "owns 3 kilns" counts no vases."""
        own = {stem(self.roster.noun), *self.roster.head, *map(stem, _COUNTED)}
        counted = [w for w in saying.after[:1] if w.isalpha() and is_content(w)]
        return all(stem(w) in own or w == saying.unit for w in counted)

    def _counts_named(self, saying: Saying, attribute: Attribute) -> bool:
        """Whether a figure counts things of which the attribute tells the minutes: "600 frames X"."""
        plain = not (saying.unit or saying.token.money or saying.token.percent or attribute.money)
        named = {stem(w) for w in saying.after[:1]} & attribute.words
        return plain and attribute.dimension == "time" and bool(named)

    def _paid(self, saying: Saying, pool: Sequence[Attribute]) -> Attribute | None:
        """The attribute that an amount of money limits or prices."""
        named = self.speaking.attribute(saying.words, among=pool)
        if saying.per and named is not None:
            return named
        if self._invested:
            return None
        paid = [a for a in pool if a.role == "loss" and a.money]
        paid = paid or [a for a in pool if a.role == "fixed"]
        paid = paid or [a for a in pool if a.money and a not in self.aim.plus]
        if any(a is named for a in paid):
            return named
        if not paid:
            return named if named is not None and named.money else None
        return paid[0] if len(paid) == 1 or named is None else named

    def _of_amounts(self, saying: Saying) -> bool:
        """Whether a figure counts what is decided: tons where a column is a cost per ton."""
        by = [
            {lemma(w) for w in re.findall(r"(?:\bper |/ ?)([a-z]+)", a.title.lower())} for a in self.roster.attributes
        ]
        money = [words for words, a in zip(by, self.roster.attributes, strict=True) if a.money and words]
        counted = set().union(*by) - {"unit"}
        counted = {w for w in counted if all(w in words for words in money)}
        counted -= {a.unit for a in self.roster.of("content", "gain") if not a.money}
        timed = {w for w in counted if (known := unit_of(w)) is not None and known[0] == "time"}
        if saying.total and not any(a.dimension == "time" for a in self.roster.attributes):
            timed = set()
        counted = {_SYMBOLS.get(w, w) for w in counted}
        said = {lemma(w) for w in (saying.unit, *saying.after[:1]) if w}
        measures = {unit_of(w) for w in counted - timed} - {None}
        return bool(said & (counted - timed)) or bool({unit_of(w) for w in said} & measures)

    # --- kinds of limits -------------------------------------------------------------------------------------------

    def _on_items(self, saying: Saying, attribute: Attribute | None, side: Direction) -> bool:
        """A limit on the items named, or on what they take of an attribute."""
        token, elements, items = saying.token, self.elements, self.roster.items
        alike = attribute is not None and attribute.money == token.money
        if alike and attribute and (token.money or attribute.unit == saying.unit != "" or _named(saying, attribute)):
            name = elements.number(f"bound {attribute.short}", token)
            elements.limit("part", elements.some(saying.items, attribute), side, name)
            return True
        if token.money and not self._invested:
            return False
        if saying.each and len(saying.items) > 1:
            for k in saying.items:
                elements.limit(items[k], elements.some([k]), side, elements.number("bound", token))
            return True
        first = items[saying.items[0]]
        name = elements.number(f"{_end(side)} {first}", token, saying.value / (self.aim.scale if token.money else 1.0))
        elements.limit(first, elements.some(saying.items), side, name)
        return True

    def _on_total(self, saying: Saying, attribute: Attribute, side: Direction) -> bool:
        """A limit on the total of an attribute, or on its mean where things are mixed."""
        value = saying.value * self._scale(saying, attribute)
        figures = [f.value for f in attribute.figures.values()]
        graded = "%" in saying.after or not (saying.unit or attribute.unit)
        mixed = (graded and MIXED.search(self.text)) or _AVERAGED.search(self.text)
        if saying.mean or (min(figures) <= value <= max(figures) and mixed):
            name = self.elements.number(f"{_end(side)} {attribute.short}", saying.token, value)
            right = f"{name}*({self.elements.total()})"
            self.elements.limit(attribute.short, self.elements.total(attribute), side, right)
            return True
        if side == "<=":
            self.elements.tops.append((attribute, value))
        self._total(attribute, side, saying.token, value)
        return True

    def _total(self, attribute: Attribute, side: Direction, figure: Figure | Token, value: float | None = None) -> None:
        elements = self.elements
        name = elements.number(f"{_end(side)} {attribute.short}", figure, value)
        total = elements.switched(attribute) if attribute.role == "fixed" else elements.total(attribute)
        elements.limit(attribute.short, total, side, name)

    def _scale(self, saying: Saying, attribute: Attribute) -> float:
        known = unit_of(saying.unit) if saying.unit else None
        if known is None or known[0] != attribute.dimension or not attribute.unit:
            return 1.0
        return known[1] / attribute.size

    def _on_count(self, saying: Saying, side: Direction) -> bool:
        """A limit on how many there are in all, or on how many kinds are chosen."""
        token, elements = saying.token, self.elements
        invested = token.money and self._invested
        choosing = CHOOSING.search(" ".join(saying.words)) is not None
        named = stem(self.roster.noun) in {stem(w) for w in saying.words}
        counted = saying.total or named or choosing or self._unitary(saying)
        foreign = bool(saying.unit) and unit_of(saying.unit) is not None and not (token.money or self._unitary(saying))
        if foreign or (token.money and not invested) or not (counted or invested):
            return False
        full = {"full", "fully", "entire", "entirely", "exactly"} & set(saying.words) or (invested and side == "==")
        name = elements.number("total", token, saying.value / (self.aim.scale if invested else 1.0))
        chosen = choosing or "different" in saying.words
        if chosen and elements.domain != "binary" and saying.value <= len(self.roster.items) and not saying.unit:
            elements.limit("chosen", elements.switched(), side, name)
        else:
            elements.limit("total", elements.total(), "==" if full else side, name)
        return True

    def _titled(self, saying: Saying, attribute: Attribute) -> bool:
        return any(self.roster.attributes[k] is attribute for k in saying.titled)

    def _unitary(self, saying: Saying) -> bool:
        """Whether the unit of a figure is one in which the decisions may be counted."""
        known = unit_of(saying.unit) if saying.unit else None
        if known is None or self.aim.formula or self._of_amounts(saying) or MIXED.search(self.text):
            return bool(saying.unit)
        return any(a.unit == lemma(saying.unit) for a in self.roster.of("least", "most"))

    def _share(self, saying: Saying, attribute: Attribute | None) -> bool:
        """A share of the whole for the items named or for each; a content of the mixture for an attribute."""
        token, side, elements = saying.token, saying.side, self.elements
        if side is None:
            return False
        if saying.items or saying.each:
            number = elements.number("share", token)
            money = [a for a in self.roster.of("loss") if a.money]
            spent = _SPENT.search(" ".join(saying.words)) and not self._invested
            told = attribute if attribute is not None and self._titled(saying, attribute) else None
            measure = money[0] if spent and len(money) == 1 else told
            whole = elements.total(measure)
            if saying.items:
                elements.limit("share", elements.some(saying.items, measure), side, f"{number}*{whole}")
            else:
                term = f"{elements.coefficient(measure)}*" if measure is not None else ""
                whole = whole.replace("i in", "j in").replace("[i]", "[j]")
                left = f"{term}{elements.variable}[i]"
                elements.limit("share", left, side, f"{number}*{whole}", over=elements.each)
            return True
        if attribute is None:
            return False
        value = saying.value if attribute.percent else saying.value * 100
        figures = [f.value for f in attribute.figures.values()]
        if not min(figures) <= value <= max(figures):
            value = saying.value
        name = elements.number(f"{_end(side)} {attribute.short}", token, value)
        elements.limit(attribute.short, elements.total(attribute), side, f"{name}*{elements.total()}")
        return True


def side_by_side(saying: Saying, several: Sequence[Attribute]) -> bool:
    """Whether a limit holds for each of some columns: "no more than 50 hours on any one of cutting and sewing"."""
    plain = not any(a.money or a.role in ("least", "most") for a in several)
    return len(several) > 1 and saying.each and saying.side is not None and plain and not saying.token.money


def _end(side: Direction) -> str:
    return "least" if side == ">=" else "most"


def _named(saying: Saying, attribute: Attribute) -> bool:
    return bool(attribute.words & {stem(w) for w in saying.words}) and attribute.role != "content"
