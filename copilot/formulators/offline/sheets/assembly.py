"""The elements of the draft: decisions for the items, limits from margins, columns, sayings and rules, and the aim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Question, Span
from copilot.formulators.offline.comparators import Direction
from copilot.formulators.offline.lexicon import unit_of
from copilot.formulators.offline.morphology import lemma, stem
from copilot.formulators.offline.tabular.facts import Fact
from copilot.formulators.offline.tabular.page import Page
from copilot.formulators.offline.tokens import Token
from formulations.formulation import Domain

from .aim import Aim, aim_of
from .domains import CHOOSING, MIXED, domain_of, invests
from .naming import Speaking
from .roster import Attribute, Figure, Margin, Roster
from .rules import Rule
from .sayings import Saying

_SURE = 0.88
#: What is left of the confidence for each figure or sentence that was not understood.
_LEFT = 0.6
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
_SETUP_ONLY = re.compile(r"\bif\b[^.]{0,50}\b(?:is|are) (?:used|made|run|produced)\b", re.I)


@dataclass(slots=True)
class Assembly:
    """One draft in the making; ``left`` collects the figures and sentences that were not understood."""

    roster: Roster
    speaking: Speaking
    text: str
    original: str
    parts: Sequence[Sequence[Token]]
    said: list[Saying]
    ruled: dict[int, Rule]
    page: Page = field(init=False)
    index: str = ""
    variable: str = ""
    used: str = ""
    domain: Domain = "integer"
    names: dict[int, str] = field(default_factory=dict)
    left: list[tuple[int, int]] = field(default_factory=list)
    tops: list[tuple[Attribute, float]] = field(default_factory=list)

    def draft(self, formulator: str) -> Draft | None:
        aim = aim_of(self.roster, self.speaking, self.parts, self.text)
        if aim is None:
            return None
        page = self.page = Page(self.original)
        self.index = page.set(self.roster.noun, self.roster.items)
        page.spans[self.index] = tuple(Span(start=c.start, end=max(c.end, c.start + 1)) for c in self.roster.places)
        self.domain = domain_of(self.roster, self.said, self.text, aim)
        self.variable = page.names.take("choose" if self.domain == "binary" else "amount")
        self._margins()
        self._columns(aim)
        self._rules()
        done = [(rule.start, rule.end) for rule in self.ruled.values()]
        for saying in self.said:
            if any(a <= saying.token.start < b for a, b in done):
                continue
            if not self._excused(saying) and not self._say(saying, aim):
                self.left.append((saying.token.start, saying.token.end))
        worth = self._worth(aim)
        if not worth or not page.constraints:
            return None
        page.aim(aim.sense, f"total {_short(aim.plus[0])}" if aim.plus else "total", worth)
        if page.objective is not None:
            page.spans[page.objective.name] = (Span(start=aim.start, end=max(aim.end, aim.start + 1)),)
        self._decisions()
        unused = [
            a for k, a in enumerate(self.roster.attributes) if k not in self.names and a.role not in ("least", "most")
        ]
        power = len(self.left) + len(unused) + (not aim.sure) + (0.5 if self._silent() else 0)
        draft = page.draft(round(_SURE * _LEFT**power, 3), formulator)
        questions = tuple(
            Question(
                text=f"what does {self.text[a:b]!r} mean here?", default="it is left out", span=Span(start=a, end=b)
            )
            for a, b in self.left
        ) + tuple(Question(text=f"what does column {a.title!r} mean here?", default="it is left out") for a in unused)
        return draft.model_copy(update={"questions": questions})

    # --- decisions -----------------------------------------------------------------------------------------------

    def _decisions(self) -> None:
        page, many = self.page, self.domain != "binary"
        from formulations.formulation import Variable

        page.variables.insert(
            0,
            Variable(
                name=self.variable, indices=(f"i in {self.index}",), domain=self.domain,
                lower="0" if many else None,
                description=f"how much of each {self.roster.noun}" if many else f"1 if the {self.roster.noun} is taken",
            ),
        )  # fmt: skip
        if self.used:
            page.variables.append(
                Variable(name=self.used, indices=(f"i in {self.index}",), domain="binary", lower=None,
                         description=f"1 if the {self.roster.noun} is used at all")
            )  # fmt: skip
        if self.domain == "integer":
            page.assumptions.append("whole numbers only")

    def _switch(self) -> str:
        """The decision whether an item is used at all, tied to its amount."""
        if self.domain == "binary":
            return self.variable
        if not self.used:
            self.used = self.page.names.take("use")
            most = self.page.names.take("most")
            self.names[-1] = most
        return self.used

    def _tie(self) -> None:
        """No amount without use: by the item's own most, else by what the limits leave room for."""
        caps: dict[str, Fact] = {}
        for k, item in enumerate(self.roster.items):
            own = [a.figures[k].value for a in self.roster.of("most") if k in a.figures]
            room = [top / a.figures[k].value for a, top in self.tops if k in a.figures and a.figures[k].value > 0]
            cap = min([*own, *room], default=0.0)
            caps[item] = Fact((), cap, "", self.roster.places[k].start, max(self.roster.places[k].end, 1))
        if any(fact.value <= 0 for fact in caps.values()):
            self.left.append((0, 1))
            return
        most = self.page.column("largest", self.index, caps, "no plan can have more of it")
        self.page.constraint(
            "only_if_used", f"{self.variable}[i] <= {most}[i]*{self.used}[i]", over=f"i in {self.index}"
        )

    # --- figures -------------------------------------------------------------------------------------------------

    def coefficient(self, attribute: Attribute) -> str:
        """The parameter of an attribute with its index; missing figures are zero."""
        k = next(i for i, a in enumerate(self.roster.attributes) if a is attribute)
        if k not in self.names:
            figures = {
                item: _fact(attribute.figures.get(i, Figure(0.0, 0, 1))) for i, item in enumerate(self.roster.items)
            }
            shown = {item: f for item, f in figures.items() if f.end > 1 or f.value}
            self.names[k] = self.page.column(attribute.title or "figure", self.index, figures, attribute.title)
            self.page.spans[self.names[k]] = tuple(Span(start=f.start, end=f.end) for f in shown.values())
        return f"{self.names[k]}[i]"

    def total(self, attribute: Attribute | None) -> str:
        term = f"{self.coefficient(attribute)}*{self.variable}[i]" if attribute is not None else f"{self.variable}[i]"
        return f"sum({term} for i in {self.index})"

    def _some(self, items: Sequence[int], attribute: Attribute | None = None) -> str:
        factor = f"{self.coefficient(attribute)}*" if attribute is not None else ""
        return " + ".join(
            f"{factor.replace('[i]', f'[{self._quoted(k)}]')}{self.variable}[{self._quoted(k)}]" for k in items
        )

    def _quoted(self, k: int) -> str:
        return '"' + self.roster.items[k].replace("\\", "").replace('"', "") + '"'

    def _number(self, name: str, figure: Figure | Token, value: float | None = None) -> str:
        exact = figure.value if value is None else value
        return self.page.scalar(name, exact or 0.0, (figure.start, figure.end))

    def _limit(self, name: str, left: str, side: Direction, right: str, *, over: str = "") -> None:
        page = self.page
        page.constraint(f"{name}_{'need' if side == '>=' else 'limit'}", f"{left} {side} {right}", over=over)
        last = page.constraints[-1].name
        for known in (right, right.split("*")[0]):
            if known in page.spans:
                page.spans[last] = page.spans[known]

    # --- limits --------------------------------------------------------------------------------------------------

    def _margins(self) -> None:
        for attribute in self.roster.attributes:
            for margin in attribute.margins:
                self._margin(attribute, margin)

    def _margin(self, attribute: Attribute, margin: Margin) -> None:
        if margin.side == "<=":
            self.tops.append((attribute, margin.figure.value))
        name = self._number(f"{'most' if margin.side == '<=' else 'least'} {_short(attribute)}", margin.figure)
        self._limit(_short(attribute), self.total(attribute), margin.side, name)

    def _columns(self, aim: Aim) -> None:
        """Columns that bound the decisions themselves; demand is to be met where costs are cut, else a ceiling."""
        for attribute in self.roster.of("least", "most"):
            demand = re.search(r"\bdemand\b|\brequir\w*", attribute.title, re.I)
            side: Direction = ">=" if attribute.role == "least" or (demand and aim.sense == "minimize") else "<="
            figures = {self.roster.items[k]: _fact(f) for k, f in attribute.figures.items()}
            k = next(i for i, a in enumerate(self.roster.attributes) if a is attribute)
            over = f"i in {self.index}"
            if len(figures) < len(self.roster.items):
                inside = self.page.set("bounded", tuple(figures), within=(self.index,))
                over = f"i in {inside}"
                self.names[k] = self.page.column(attribute.title, inside, figures, attribute.title)
            else:
                self.names[k] = self.page.column(attribute.title, self.index, figures, attribute.title)
            least = attribute.role == "least" and any(a.role == "fixed" for a in self.roster.attributes)
            batch = least and re.search(r"\bbatch|\blot\b|\bif (?:used|made|produced)", attribute.title, re.I)
            right = f"{self.names[k]}[i]" + (f"*{self._switch()}[i]" if batch else "")
            self._limit(_short(attribute), f"{self.variable}[i]", side, right, over=over)

    # --- sayings -------------------------------------------------------------------------------------------------

    def _say(self, saying: Saying, aim: Aim) -> bool:
        token = saying.token
        attribute = self._about(saying, aim)
        if token.percent or token.fraction:
            return self._share(saying, attribute)
        if (
            token.money
            and attribute is not None
            and (saying.per or saying.side is None)
            and not attribute.money
            and not saying.items
        ):
            attribute.price = Figure(saying.value, token.start, token.end, money=True)
            return True
        side = saying.side
        if side is None and attribute is not None and attribute.role in ("content", "loss") and not saying.items:
            side = "<=" if aim.sense == "maximize" or attribute.role == "loss" else ">="
        if side is None and saying.unit and lemma(saying.unit) in self._counted_by():
            side = ">=" if aim.sense == "minimize" else "<="
        if side is None:
            return False
        if saying.items and not (saying.each and not set(saying.items)):
            if attribute is not None and (
                token.money or attribute.unit == saying.unit != "" or _named(saying, attribute)
            ):
                name = self._number(f"bound {_short(attribute)}", token)
                self._limit("part", self._some(saying.items, attribute), side, name)
                return True
            if token.money and not invests(self.roster, self.text):
                return False
            if saying.each and len(saying.items) > 1:
                for item in saying.items:
                    self._limit(self.roster.items[item], self._some([item]), side, self._number("bound", token))
                return True
            name = self._number(f"{'least' if side == '>=' else 'most'} {self.roster.items[saying.items[0]]}", token)
            self._limit(self.roster.items[saying.items[0]], self._some(saying.items), side, name)
            return True
        if side == ">=" and not token.money and not saying.titled and self._at_all(saying):
            name = self._number("least batch", token)
            use = self._switch()
            self._limit("batch", f"{self.variable}[i]", side, f"{name}*{use}[i]", over=f"i in {self.index}")
            return True
        if attribute is not None and not (
            saying.each and not saying.total and attribute.role == "content" and not saying.unit
        ):
            return self._on_total(saying, attribute, side)
        own = _EACH_TYPE.search(" ".join(saying.words)) is not None
        if (saying.each or own) and not token.money:
            name = self._number("most each" if side == "<=" else "least each", token)
            self._limit("each", f"{self.variable}[i]", side, name, over=f"i in {self.index}")
            return True
        return self._on_count(saying, side)

    def _at_all(self, saying: Saying) -> bool:
        """Whether a least amount holds only for what is made at all."""
        tokens = self.parts[saying.sentence]
        sentence = self.text[tokens[0].start : tokens[-1].end]
        return _IF_AT_ALL.search(sentence) is not None and (saying.each or bool(_ITS_OWN.search(sentence)))

    def _about(self, saying: Saying, aim: Aim) -> Attribute | None:
        """The attribute that a figure limits: money goes to what is paid, other figures by words and units."""
        pool = [a for a in self.roster.attributes if a.role not in ("least", "most")]
        titled = [self.roster.attributes[k] for k in saying.titled]
        titled = [a for a in titled if not a.money or saying.token.money or not saying.unit]
        if len(titled) == 1 and titled[0] in pool and (saying.side or not saying.token.money or saying.per):
            return titled[0]
        if saying.token.money:
            paid = [a for a in pool if a.money and a.role == "loss"]
            named = self.speaking.attribute(saying.words, among=pool)
            if saying.per and named is not None:
                return named
            if invests(self.roster, self.text):
                return None
            paid = paid or [a for a in pool if a.role == "fixed"] or [a for a in pool if a.money and a not in aim.plus]
            return next(
                (a for a in paid if a is named), paid[0] if len(paid) == 1 or (paid and named is None) else named
            )
        if saying.unit and lemma(saying.unit) in self._counted_by() and not saying.titled:
            return None
        spent = re.search(r"\bbudget\b|\bspen[dt]\w*\b|\bcosts?\b|\bmoney\b", " ".join(saying.words))
        if not (spent and not saying.unit):
            pool = [a for a in pool if not a.money]
        if saying.unit in _COUNTED:
            pool = [a for a in pool if unit_of(a.unit) is None]
        near = self.speaking.attribute(saying.after, saying.unit, among=pool) if saying.after else None
        found = near or self.speaking.attribute(saying.words, saying.unit, among=pool)
        if found is None and re.search(r"\bbudget\b|\bspend\b", " ".join(saying.words)):
            paid = [a for a in pool if a.role == "loss"]
            return paid[0] if len(paid) == 1 else None
        return found

    def _counted_by(self) -> set[str]:
        """Units in which the decisions themselves are counted: tons where a column is a cost per ton."""
        titles = " ".join(a.title for a in self.roster.attributes).lower()
        return {lemma(w) for w in re.findall(r"(?:\bper |/ ?)([a-z]+)", titles) if unit_of(w)} - {
            a.unit for a in self.roster.attributes if not a.money
        }

    def _on_total(self, saying: Saying, attribute: Attribute, side: Direction) -> bool:
        token = saying.token
        value = saying.value * self._scale(saying, attribute)
        name = self._number(f"{'least' if side == '>=' else 'most'} {_short(attribute)}", token, value)
        figures = [f.value for f in attribute.figures.values()]
        mixed = saying.mean or (
            min(figures) <= value <= max(figures)
            and ((MIXED.search(self.text) and "%" in saying.after) or _AVERAGED.search(self.text))
        )
        if mixed:
            self._limit(_short(attribute), self.total(attribute), side, f"{name}*({self.total(None)})")
            return True
        if side == "<=":
            self.tops.append((attribute, value))
        if attribute.role == "fixed":
            self._limit(
                _short(attribute),
                f"sum({self.coefficient(attribute)}*{self._switch()}[i] for i in {self.index})",
                side,
                name,
            )
            return True
        self._limit(_short(attribute), self.total(attribute), side, name)
        return True

    def _scale(self, saying: Saying, attribute: Attribute) -> float:
        known = unit_of(saying.unit) if saying.unit else None
        if known is None or known[0] != attribute.dimension or not attribute.unit:
            return 1.0
        return known[1] / attribute.size

    def _on_count(self, saying: Saying, side: Direction) -> bool:
        token = saying.token
        invested = token.money and invests(self.roster, self.text)
        lows = {stem(w) for w in saying.words}
        counted = (
            saying.total or stem(self.roster.noun) in lows or saying.unit or CHOOSING.search(" ".join(saying.words))
        )
        if (token.money and not invested) or not (counted or invested):
            return False
        full = {"full", "fully", "entire", "entirely", "exactly"} & set(saying.words) or (invested and side == "==")
        name = self._number("total", token)
        chosen = CHOOSING.search(" ".join(saying.words)) or "different" in saying.words
        if chosen and self.domain != "binary" and saying.value <= len(self.roster.items) and not saying.unit:
            self._limit("chosen", f"sum({self._switch()}[i] for i in {self.index})", side, name)
            return True
        self._limit("total", self.total(None), "==" if full else side, name)
        return True

    def _share(self, saying: Saying, attribute: Attribute | None) -> bool:
        """A share of the whole for the items named or for each; a content of the mixture for an attribute."""
        token, side = saying.token, saying.side
        if side is None:
            return False
        if saying.items or saying.each:
            number = self._number("share", token)
            money = [a for a in self.roster.of("loss") if a.money]
            spent = re.search(r"\bbudget\b|\bspen[dt]\w*|\bmoney\b", " ".join(saying.words)) and not invests(
                self.roster, self.text
            )
            measure = money[0] if spent and len(money) == 1 else None
            whole = self.total(measure)
            if saying.items:
                self._limit("share", self._some(saying.items, measure), side, f"{number}*{whole}")
            else:
                term = f"{self.coefficient(measure)}*" if measure is not None else ""
                whole = whole.replace("i in", "j in").replace("[i]", "[j]")
                self._limit("share", f"{term}{self.variable}[i]", side, f"{number}*{whole}", over=f"i in {self.index}")
            return True
        if attribute is None:
            return False
        value = saying.value if attribute.percent else saying.value * 100
        figures = [f.value for f in attribute.figures.values()]
        if not min(figures) <= value <= max(figures):
            value = saying.value
        name = self._number(f"{'least' if side == '>=' else 'most'} {_short(attribute)}", token, value)
        self._limit(_short(attribute), self.total(attribute), side, f"{name}*{self.total(None)}")
        return True

    # --- rules ---------------------------------------------------------------------------------------------------

    def _rules(self) -> None:
        for rule in self.ruled.values():
            if rule.kind == "compare":
                factor = f"{rule.count:g}*" if rule.count != 1.0 else ""
                right = f"{factor}({self._some(rule.right)})" if factor else self._some(rule.right)
                self._told("compared", f"{self._some(rule.left)} {rule.side} {right}", rule)
                continue
            use = self._switch()
            terms = " + ".join(f"{use}[{self._quoted(k)}]" for k in rule.left)
            if rule.kind == "implies":
                for k in rule.right:
                    self._told("only_with", f"{use}[{self._quoted(rule.left[0])}] <= {use}[{self._quoted(k)}]", rule)
            elif rule.kind == "together":
                first, *others = rule.left
                for k in others:
                    self._told("together", f"{use}[{self._quoted(first)}] == {use}[{self._quoted(k)}]", rule)
            else:
                side = {"most": "<=", "least": ">=", "exactly": "=="}[rule.kind]
                self._told("rule", f"{terms} {side} {rule.count:g}", rule)

    def _told(self, name: str, expression: str, rule: Rule) -> None:
        self.page.constraint(name, expression)
        self.page.spans[self.page.constraints[-1].name] = (Span(start=rule.start, end=rule.end),)

    # --- aim -----------------------------------------------------------------------------------------------------

    def _worth(self, aim: Aim) -> str:
        if aim.count:
            return f"sum({self._switch()}[i] for i in {self.index})" if self.used else self.total(None)
        parts = [self.total(a) for a in aim.plus]
        out = " - " if aim.sense == "maximize" else " + "
        costs = [self.total(a) for a in aim.minus]
        if aim.fixed:
            use = self._switch()
            costs += [f"sum({self.coefficient(a)}*{use}[i] for i in {self.index})" for a in aim.fixed]
        if aim.priced or any(a.price for a in self.roster.attributes):
            for attribute in self.roster.attributes:
                if attribute.price is not None and (aim.sense == "minimize" or (aim.plus and aim.plus[0].money)):
                    price = self._number(f"price {_short(attribute)}", attribute.price)
                    costs.append(f"{price}*{self.total(attribute)}")
        if self.used:
            self._tie()
        if not parts and aim.sense == "maximize":
            return ""
        return out.join([" + ".join(parts), *costs]) if parts else " + ".join(costs)

    def _excused(self, saying: Saying) -> bool:
        """Figures that only count what the table shows."""
        families = Counter(a.title.split()[0] for a in self.roster.attributes if a.title.split())
        counts = {len(self.roster.items), len(self.roster.attributes), *families.values()} - {1}
        loose = saying.side is None or saying.plain
        return loose and not saying.token.money and (saying.value in counts or saying.token.low in ("one", "a"))

    def _silent(self) -> bool:
        """Whether a sentence that forbids or demands something about items was not read."""
        known = set(self.ruled) | {s.sentence for s in self.said}
        strong = re.compile(r"\b(?:cannot|never|must not|unless|only if|either|if)\b", re.I)
        return any(
            strong.search(self.text[t[0].start : t[-1].end]) for k, t in enumerate(self.parts) if t and k not in known
        ) and not _SETUP_ONLY.search(self.text)


def _fact(figure: Figure) -> Fact:
    return Fact((), figure.value, "", figure.start, max(figure.end, figure.start + 1))


def _named(saying: Saying, attribute: Attribute) -> bool:
    return bool(attribute.words & {stem(w) for w in saying.words}) and attribute.role != "content"


def _short(attribute: Attribute) -> str:
    return re.split(r"\bper\b|/|\(", attribute.title, maxsplit=1)[0].strip() or "figure"
