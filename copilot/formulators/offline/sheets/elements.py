"""What a draft about items is written with: the decision for each item, columns, totals, and limits on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from copilot.formulators.draft import Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.comparators import Direction
from copilot.formulators.offline.words.tokens import Token
from formulations.formulation import Domain

from .roster import Attribute, Bend, Figure, Roster


@dataclass(slots=True)
class Elements:
    """Writes on ``page``; ``used`` decides whether an item is used at all, ``spent`` is money that changes its
    figures; they are empty where nobody asked.
    """

    roster: Roster
    page: Paper
    domain: Domain
    index: str = field(init=False)
    variable: str = field(init=False)
    used: str = ""
    spent: str = ""
    columns: dict[int, str] = field(default_factory=dict)
    grown: dict[int, str] = field(default_factory=dict)
    tops: list[tuple[Attribute, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        page, noun, chosen = self.page, self.roster.noun, self.domain == "binary"
        self.index = page.set(noun, self.roster.items)
        page.spans[self.index] = tuple(Span(start=c.start, end=max(c.end, c.start + 1)) for c in self.roster.places)
        self.variable = page.variable(
            "choose" if chosen else "amount", f"i in {self.index}", domain=self.domain,
            description=f"1 if the {noun} is taken" if chosen else f"how much of each {noun}",
        )  # fmt: skip
        if self.domain == "integer":
            page.assumptions.append("whole numbers only")

    @property
    def each(self) -> str:
        return f"i in {self.index}"

    def switch(self) -> str:
        """The decision whether an item is used at all."""
        if self.domain == "binary":
            return self.variable
        if not self.used:
            self.used = self.page.variable(
                "use", self.each, domain="binary", description=f"1 if the {self.roster.noun} is used at all"
            )
        return self.used

    def tie(self) -> bool:
        """No amount without use: by the item's own most, else by what limits leave room for; false where none do."""
        caps: dict[str, Figure] = {}
        for k, item in enumerate(self.roster.items):
            own = [a.figures[k].value for a in self.roster.of("most") if k in a.figures]
            room = [top / a.figures[k].value for a, top in self.tops if k in a.figures and a.figures[k].value > 0]
            place = self.roster.places[k]
            caps[item] = Figure(min([*own, *room], default=0.0), place.start, place.end)
        if any(fact.value <= 0 for fact in caps.values()):
            return False
        most = self.page.column("largest", self.index, caps, "no plan can have more of it")
        self.page.constraint("only_if_used", f"{self.variable}[i] <= {most}[i]*{self.used}[i]", over=self.each)
        return True

    def keep_positive(self) -> None:
        """What money lowers does not fall below nothing."""
        for attribute in self.roster.attributes:
            bend = attribute.bend
            if bend is not None and bend.sign == "-" and bend.step is not None and self.spent:
                change = f"{self.coefficient(bend.by)}*{self.cause(bend)}"
                self.page.constraint("not_below_zero", f"{change} <= {self.coefficient(attribute)}", over=self.each)

    # --- terms ---------------------------------------------------------------------------------------------------

    def coefficient(self, attribute: Attribute) -> str:
        """The parameter of an attribute with its index; missing figures are zero."""
        k = self.place(attribute)
        if k not in self.columns:
            figures = {item: attribute.figures.get(i, Figure(0.0, 0, 1)) for i, item in enumerate(self.roster.items)}
            shown = [f for f in figures.values() if f.end > 1 or f.value]
            self.columns[k] = self.page.column(attribute.title or "figure", self.index, figures, attribute.title)
            self.page.spans[self.columns[k]] = tuple(Span(start=f.start, end=f.end) for f in shown)
        return f"{self.columns[k]}[i]"

    def cause(self, bend: Bend) -> str:
        """What a figure changes with: the amount, or the money spent on item ``i`` in steps."""
        if bend.step is None:
            return f"{self.variable}[i]"
        if not self.spent:
            self.spent = self.page.variable("spend", self.each, description="money put into the change")
        return f"{self.spent}[i]/{bend.step:g}" if bend.step != 1.0 else f"{self.spent}[i]"

    def place(self, attribute: Attribute) -> int:
        return next(i for i, a in enumerate(self.roster.attributes) if a is attribute)

    def total(self, attribute: Attribute | None = None) -> str:
        """The sum of an attribute over the plan, or of the decisions themselves."""
        return f"sum({self.term(attribute)} for {self.each})"

    def term(self, attribute: Attribute | None = None) -> str:
        """What item ``i`` adds to such a sum."""
        amount = f"{self.variable}[i]"
        if attribute is None:
            return amount
        factor = self.coefficient(attribute)
        if attribute.bend is not None:
            change = f"{self.coefficient(attribute.bend.by)}*{self.cause(attribute.bend)}"
            factor = f"({factor} {attribute.bend.sign} {change})"
        if attribute.growth:
            factor = f"({factor} + {self.growth(attribute)})"
        return f"{factor}*{amount}" + (f"**{attribute.power:g}" if attribute.power != 1 else "")

    def growth(self, attribute: Attribute) -> str:
        """By how much an attribute of item ``i`` is larger for its amount."""
        k = self.place(attribute)
        if k not in self.grown:
            first = attribute.growth[0]
            slope = self._rate(attribute, "slope", {i: g.slope for i, g in attribute.growth.items()})
            if first.start is None:
                self.grown[k] = f"{slope}*{self.variable}[i]**{first.power:g}"
            else:
                start = self._rate(attribute, "start", {i: g.start or 0.0 for i, g in attribute.growth.items()})
                self.grown[k] = f"{slope}*max({self.variable}[i] - {start}, 0)"
        return self.grown[k]

    def _rate(self, attribute: Attribute, what: str, values: dict[int, float]) -> str:
        """A parameter that the same cells tell."""
        figures = {self.roster.items[i]: replace(attribute.figures[i], value=v) for i, v in values.items()}
        title = f"{attribute.short} {what}"
        return f"{self.page.column(title, self.index, figures, title)}[i]"

    def switched(self, attribute: Attribute | None = None) -> str:
        """The sum of an attribute over what is used at all, or the number of items used."""
        factor = f"{self.coefficient(attribute)}*" if attribute is not None else ""
        return f"sum({factor}{self.switch()}[i] for {self.each})"

    def some(self, items: Sequence[int], attribute: Attribute | None = None) -> str:
        """The same for some items."""
        return " + ".join(self.term(attribute).replace("[i]", f"[{self.quoted(k)}]") for k in items)

    def quoted(self, k: int) -> str:
        return '"' + self.roster.items[k].replace("\\", "").replace('"', "") + '"'

    def number(self, name: str, figure: Figure | Token, value: float | None = None) -> str:
        exact = figure.value if value is None else value
        return self.page.scalar(name, exact or 0.0, (figure.start, figure.end))

    def limit(self, name: str, left: str, side: Direction, right: str, *, over: str = "") -> None:
        """A constraint that stands where its right side stands in the text."""
        page = self.page
        page.constraint(f"{name}_{'need' if side == '>=' else 'limit'}", f"{left} {side} {right}", over=over)
        last = page.constraints[-1].name
        for known in (right, right.split("*")[0]):
            if known in page.spans:
                page.spans[last] = page.spans[known]
