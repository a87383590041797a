"""Limits on a plan about items: from the margins of the table, from its columns, and from what the prose says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.offline.comparators import Direction
from copilot.formulators.offline.lexicon import unit_of
from copilot.formulators.offline.morphology import lemma, stem
from copilot.formulators.offline.tokens import Token

from .aim import Aim
from .domains import CHOOSING, MIXED, invests
from .elements import Elements, fact
from .naming import Speaking
from .roster import Attribute, Figure, Roster
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

    def margins(self) -> None:
        """Limits on totals that stand at the margin of the table."""
        for attribute in self.roster.attributes:
            for margin in attribute.margins:
                if margin.side == "<=":
                    self.elements.tops.append((attribute, margin.figure.value))
                self._total(attribute, margin.side, margin.figure)

    def columns(self) -> None:
        """Columns that bound the decisions themselves; demand is to be met where costs are cut, else a ceiling."""
        elements = self.elements
        for attribute in self.roster.of("least", "most"):
            demand = re.search(r"\bdemand\b|\brequir\w*", attribute.title, re.I)
            least = attribute.role == "least"
            side: Direction = ">=" if least or (demand and self.aim.sense == "minimize") else "<="
            figures = {self.roster.items[k]: fact(f) for k, f in attribute.figures.items()}
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
        token, attribute = saying.token, self._about(saying)
        if token.percent or token.fraction:
            return self._share(saying, attribute)
        priced = token.money and (saying.per or saying.side is None) and not saying.items
        if priced and attribute is not None and not attribute.money:
            attribute.price = Figure(saying.value, token.start, token.end, money=True)
            return True
        side = saying.side or self._side(saying, attribute)
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
        if (saying.each or own) and not token.money:
            name = elements.number("most each" if side == "<=" else "least each", token)
            elements.limit("each", f"{elements.variable}[i]", side, name, over=elements.each)
            return True
        return self._on_count(saying, side)

    def _side(self, saying: Saying, attribute: Attribute | None) -> Direction | None:
        """The direction of a figure that no word compares: what there is, or what is needed."""
        maximized = self.aim.sense == "maximize"
        if attribute is not None and attribute.role in ("content", "loss") and not saying.items:
            return "<=" if maximized or attribute.role == "loss" else ">="
        if saying.unit and lemma(saying.unit) in self._counted_by():
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
        pool = [a for a in self.roster.attributes if a.role not in ("least", "most")]
        titled = [self.roster.attributes[k] for k in saying.titled]
        titled = [a for a in titled if not a.money or saying.token.money or not saying.unit]
        if len(titled) == 1 and titled[0] in pool and (saying.side or not saying.token.money or saying.per):
            return titled[0]
        if saying.token.money:
            return self._paid(saying, pool)
        if saying.unit and lemma(saying.unit) in self._counted_by() and not saying.titled:
            return None
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

    def _paid(self, saying: Saying, pool: Sequence[Attribute]) -> Attribute | None:
        """The attribute that an amount of money limits or prices."""
        named = self.speaking.attribute(saying.words, among=pool)
        if saying.per and named is not None:
            return named
        if invests(self.roster, self.text):
            return None
        paid = [a for a in pool if a.role == "loss" and a.money]
        paid = paid or [a for a in pool if a.role == "fixed"]
        paid = paid or [a for a in pool if a.money and a not in self.aim.plus]
        if any(a is named for a in paid) or not paid:
            return named
        return paid[0] if len(paid) == 1 or named is None else named

    def _counted_by(self) -> set[str]:
        """Units in which the decisions themselves are counted: tons where a column is a cost per ton."""
        titles = " ".join(a.title for a in self.roster.attributes).lower()
        return {lemma(w) for w in re.findall(r"(?:\bper |/ ?)([a-z]+)", titles) if unit_of(w)} - {
            a.unit for a in self.roster.attributes if not a.money
        }

    # --- kinds of limits -------------------------------------------------------------------------------------------

    def _on_items(self, saying: Saying, attribute: Attribute | None, side: Direction) -> bool:
        """A limit on the items named, or on what they take of an attribute."""
        token, elements, items = saying.token, self.elements, self.roster.items
        if attribute is not None and (token.money or attribute.unit == saying.unit != "" or _named(saying, attribute)):
            name = elements.number(f"bound {attribute.short}", token)
            elements.limit("part", elements.some(saying.items, attribute), side, name)
            return True
        if token.money and not invests(self.roster, self.text):
            return False
        if saying.each and len(saying.items) > 1:
            for k in saying.items:
                elements.limit(items[k], elements.some([k]), side, elements.number("bound", token))
            return True
        first = items[saying.items[0]]
        name = elements.number(f"{_end(side)} {first}", token)
        elements.limit(first, elements.some(saying.items), side, name)
        return True

    def _on_total(self, saying: Saying, attribute: Attribute, side: Direction) -> bool:
        """A limit on the total of an attribute, or on its mean where things are mixed."""
        value = saying.value * self._scale(saying, attribute)
        figures = [f.value for f in attribute.figures.values()]
        mixed = (MIXED.search(self.text) and "%" in saying.after) or _AVERAGED.search(self.text)
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
        invested = token.money and invests(self.roster, self.text)
        choosing = CHOOSING.search(" ".join(saying.words)) is not None
        named = stem(self.roster.noun) in {stem(w) for w in saying.words}
        counted = saying.total or named or saying.unit or choosing
        if (token.money and not invested) or not (counted or invested):
            return False
        full = {"full", "fully", "entire", "entirely", "exactly"} & set(saying.words) or (invested and side == "==")
        name = elements.number("total", token)
        chosen = choosing or "different" in saying.words
        if chosen and elements.domain != "binary" and saying.value <= len(self.roster.items) and not saying.unit:
            elements.limit("chosen", elements.switched(), side, name)
        else:
            elements.limit("total", elements.total(), "==" if full else side, name)
        return True

    def _share(self, saying: Saying, attribute: Attribute | None) -> bool:
        """A share of the whole for the items named or for each; a content of the mixture for an attribute."""
        token, side, elements = saying.token, saying.side, self.elements
        if side is None:
            return False
        if saying.items or saying.each:
            number = elements.number("share", token)
            money = [a for a in self.roster.of("loss") if a.money]
            spent = _SPENT.search(" ".join(saying.words)) and not invests(self.roster, self.text)
            measure = money[0] if spent and len(money) == 1 else None
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


def _end(side: Direction) -> str:
    return "least" if side == ">=" else "most"


def _named(saying: Saying, attribute: Attribute) -> bool:
    return bool(attribute.words & {stem(w) for w in saying.words}) and attribute.role != "content"
