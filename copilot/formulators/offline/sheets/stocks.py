"""Plans over the periods of a calendar: what is made, kept and started, with what the prose adds to the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import unit_of
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.senses import sense_of
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.times import MONTHS
from copilot.formulators.offline.words.tokens import Token, clean, sentences, tokenize

from .calendars import Calendar, Duty, calendars, duty_of
from .naming import Naming
from .roster import Figure
from .sayings import Saying, questions, sayings

_SURE = 0.88
_LEFT = 0.6
_BEGIN = frozenset(stem(w) for w in ("beginning", "start", "initial", "initially", "opening", "hand", "already", "now"))
_END = frozenset(stem(w) for w in ("end", "final", "finally", "closing", "last", "afterwards", "remain", "left"))
_STOCK = frozenset(
    stem(w) for w in ("stock", "inventory", "warehouse", "store", "storage", "hold", "keep", "kept", "carry", "stored")
)
#: A stretch of time, not a fourth.
_QUARTER = re.compile(r"\bquarters?\b", re.I)
_MADE = re.compile(r"\bmak(?:e|es|ing)\b|\bproduc\w*|\bbuy\w*|\bpurchas\w*", re.I)
_HOLDS = re.compile(r"\b(?:holds?|stores?|room|fits?|space)\b", re.I)
_REMAIN = frozenset((stem("left"), stem("remain")))
#: Decisions that this plan does not have.
_OTHER = re.compile(
    r"\bback-?\s?(?:order|log)\w*|\blate\b|\bdelay\w*|\bshortage|\bhir(?:e|ing)\b|\bworkers?\b|\bemployees?\b|"
    r"\bsell\w*",
    re.I,
)


def stock_plan(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft of the cheapest plan over periods, or None where the tables are no calendar."""
    text = clean(prose)
    if sense_of(text) != "minimize" or _OTHER.search(text):
        return None
    timed = _QUARTER.sub(lambda match: "period".ljust(len(match[0])), text)
    parts = [sentence.tokens for sentence in sentences(tokenize(timed), timed)]
    for calendar in calendars(tables, text):
        plan = _Plan(calendar, Paper(original), text)
        plan.hear(parts)
        return plan.draft(formulator)
    return None


def _names(found: Calendar) -> Iterator[str]:
    """What stands before the number of a period or the day of a month."""
    yield found.noun
    for period in found.periods:
        if not period[-1:].isdigit():
            yield from {full for full in MONTHS if full.startswith(period.lower())} or {period.lower()}


@dataclass(slots=True)
class _Plan:
    """``told[duty, product]`` are figures of the prose that hold in every period; ``gaps`` counts those that only
    some products have.
    """

    calendar: Calendar
    page: Paper
    text: str
    told: dict[tuple[Duty, str], Token] = field(default_factory=dict)
    left: list[Saying] = field(default_factory=list)
    gaps: int = 0
    names: dict[Duty, str] = field(default_factory=dict)
    time: str = ""
    product: str = ""

    # --- what the prose adds -----------------------------------------------------------------------------------------

    def hear(self, parts: Sequence[Sequence[Token]]) -> None:
        products = self.calendar.products
        naming = Naming("product", products if len(products) > 1 else ())
        before: tuple[int, Duty | None] = (-1, None)
        for saying in sayings(parts, naming, Naming("", ())):
            before_it = self.text[: saying.token.start].rstrip().lower()
            if before_it.endswith(tuple(_names(self.calendar))) or saying.token.low in ("one", "a"):
                continue
            duty = self._duty(saying, before[1] if before[0] == saying.sentence else None)
            before = saying.sentence, duty
            owners = [products[k] for k in saying.items] or [""]
            if duty is None or any((duty, owner) in self.told for owner in owners):
                if not self._counts(saying):
                    self.left.append(saying)
                continue
            self.told |= {(duty, owner): saying.token for owner in owners}

    def _duty(self, saying: Saying, before: Duty | None) -> Duty | None:
        """What a figure of the prose is for; in a list, the same as the one before."""
        words = " ".join(saying.words)
        lows = {stem(w) for w in saying.words}
        known = unit_of(saying.unit) if saying.unit else None
        if saying.token.money:
            duty = duty_of(words, money=True)
            return before if duty == "cost" and before is not None and not _MADE.search(words) else duty
        if lows & _END and lows & (_STOCK | _REMAIN):
            return "end"
        if lows & _STOCK and lows & _BEGIN:
            return "begin"
        if known is not None and known[0] == "time" and (saying.plain or not saying.side):
            return "use"
        if lows & _STOCK and saying.side == "<=" and (not saying.plain or _HOLDS.search(words)):
            return "bound"
        if "stock" in saying.words and (saying.plain or saying.side is None):
            return "begin"
        if saying.side == "<=" and not saying.plain:
            return "room"
        return before if len(saying.words) <= 3 and saying.items else None

    def _counts(self, saying: Saying) -> bool:
        return not saying.token.money and saying.value in (len(self.calendar.periods), len(self.calendar.products), 1)

    # --- elements ----------------------------------------------------------------------------------------------------

    def draft(self, formulator: str) -> Draft | None:
        page, calendar = self.page, self.calendar
        several = len(calendar.products) > 1
        self.time = page.set(calendar.noun, calendar.periods)
        page.spans[self.time] = tuple(Span(start=c.start, end=max(c.end, c.start + 1)) for c in calendar.places)
        self.product = page.set("product", calendar.products) if several else ""
        index = (self.product, self.time) if several else (self.time,)
        need = self._figure("need", "demand")
        rates = {duty: self._figure(duty, f"{duty}_cost") for duty in ("cost", "start", "keep")}
        begin, end = self._figure("begin", "first_stock"), self._figure("end", "last_stock")
        make = page.variable("make", *index, description="how much is made")
        stock = page.variable("stock", *index, description="what is left at the end")
        at = "p, t" if several else "t"
        over_room, over_cost = self._figure("over_room", "overtime_room"), self._figure("over_cost", "overtime_cost")
        extra = page.variable("extra", *index, description="made besides") if over_room or over_cost else ""
        if extra and not over_cost:
            return None
        made = f"{make}[{at}] + {extra}[{at}]" if extra else f"{make}[{at}]"
        over = [f"p in {self.product}"] if several else []
        lanes = " for ".join([*over, f"t in {self.time}"])
        terms = {"cost": f"{make}[{at}]", "keep": f"{stock}[{at}]"}
        if rates["start"]:
            start = page.variable("start", *index, domain="binary", description="1 if anything is made")
            terms["start"] = f"{start}[{at}]"
            total = f"sum({need.replace('t]', 'u]')} for u in {self.time})"
            page.constraint("only_if_started", f"{made} <= {total}*{start}[{at}]", over=lanes)
        if extra:
            rates["over"], terms["over"] = over_cost, f"{extra}[{at}]"
            self._rooms(extra, at, over, over_room)
        paid = [f"sum({rates[duty]}*{terms[duty]} for {lanes})" for duty in terms if rates[duty]]
        if not paid or not need or not self._rooms(make, at, over, self._figure("room", "capacity")):
            return None
        page.aim("minimize", "total_cost", " + ".join(paid))
        for name, first in (("balance", True), ("balance", False)):
            here = [*over, f"t in {self.time} if t {'==' if first else '!='} first({self.time})"]
            held = (begin or "0") if first else f"{stock}[{at.replace('t', 'prev(t)')}]"
            page.constraint(name, f"{stock}[{at}] == {held} + {made} - {need}", over=" for ".join(here))
        bound = self._figure("bound", "most_stock")
        if bound:
            kept = f"sum({stock}[p, t] for p in {self.product})" if several else f"{stock}[t]"
            page.constraint("room_for_stock", f"{kept} <= {bound}", over=f"t in {self.time}")
        if end:
            last = at.replace("t", f"last({self.time})")
            page.constraint("left_at_the_end", f"{stock}[{last}] >= {end}", over=" for ".join(over))
        draft = page.draft(round(_SURE * _LEFT ** (len(self.left) + self.gaps), 3), formulator)
        return draft.model_copy(update={"questions": questions(self.left, self.text)})

    def _rooms(self, make: str, at: str, over: list[str], room: str) -> bool:
        """What can be made in a period; false where it is told in hours that nothing is said to take."""
        use = self._figure("use", "hours_of_one")
        title = self.calendar.rows.get(("room", ""), ("", ()))[0]
        if room and not use and re.search(r"\bhours?\b|\bminutes?\b", title, re.I):
            return False
        if not room:
            return not use
        factor = f"{use}*" if use else ""
        if over and "p" not in re.findall(r"\w+", room.partition("[")[2]):
            left = f"sum({factor}{make}[{at}] for p in {self.product})"
            self.page.constraint("capacity", f"{left} <= {room}", over=f"t in {self.time}")
        else:
            lanes = " for ".join([*over, f"t in {self.time}"])
            self.page.constraint("capacity", f"{factor}{make}[{at}] <= {room}", over=lanes)
        return True

    def _figure(self, duty: Duty, name: str) -> str:
        """The parameter of a duty with its indices, from the table or the prose; empty where there is none."""
        if duty in self.names:
            return self.names[duty]
        self.names[duty] = self._written(duty, name)
        return self.names[duty]

    def _written(self, duty: Duty, name: str) -> str:
        page, periods, products = self.page, self.calendar.periods, self.calendar.products
        own = [product for product in products if product and (duty, product) in self.calendar.rows]
        if own:
            if len(own) < len(products):
                return ""
            cells = {
                (product, period): figure
                for product in products
                for period, figure in zip(periods, self.calendar.rows[duty, product][1], strict=True)
            }
            return f"{page.table(name, (self.product, self.time), cells)}[p, t]"
        if (duty, "") in self.calendar.rows:
            title, figures = self.calendar.rows[duty, ""]
            column = dict(zip(periods, figures, strict=True))
            return f"{page.column(name, self.time, column, title)}[t]"
        told = {product: self.told[duty, product] for product in products if (duty, product) in self.told}
        if self.product and len(told) == len(products):
            tokens = {product: Figure(t.value or 0.0, t.start, t.end) for product, t in told.items()}
            return f"{page.column(name, self.product, tokens)}[p]"
        self.gaps += bool(told) and bool(self.product)
        token = self.told.get((duty, ""))
        return page.scalar(name, token.value or 0.0, (token.start, token.end)) if token is not None else ""
