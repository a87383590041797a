"""Plans over tables of pairs: transports, sites, shares of machines, assignments, covers and tours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.senses import sense_of
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.tokens import Token, clean, sentences, tokenize
from formulations.formulation import Sense

from .crossings import Crossing, Side, crossings, told
from .naming import Naming
from .roster import Figure
from .sayings import Saying, questions, sayings

_SURE = 0.9
_LEFT = 0.6
_UNTOLD = 0.8
_NOT = re.compile(
    r"\b(?:cannot|can not|can't|must not|may not|never|not|no|unable|refuses?|without|forbidden|impossible|closed|"
    r"isn't|lacks)\b",
    re.I,
)
_MUST = re.compile(r"\b(?:must|has to|is to|will|insists|already)\b", re.I)
_ONE_OF_EACH = r"(?:gets|takes|does|handles|is given|must do|can do) (?:exactly |just |only |at most )?one\b"
_ASSIGNED = re.compile(
    r"\bassign\w*|\b(?:exactly |only |just )?one (?:\w+ )?(?:each|apiece|per)\b|"
    rf"\b(?:each|every) (?:\w+ ){{1,3}}{_ONE_OF_EACH}|"
    r"\bwho (?:should |does |do |takes )|\bone to one\b|\bmatch\w*\b|\bexactly one\b",
    re.I,
)
_SPAN = frozenset({"minute", "hour", "km", "kilometer", "kilometre", "mile", "meter", "metre", "m", "min"})
_TOUR = re.compile(
    r"\bround\b|\btours?\b|\bcomes? back\b|\breturns?\b|\bloop\b|\bcircuit\b|\bback (?:to|at|home)\b", re.I
)
_ALL_ONCE = re.compile(
    r"\bonce\b|\b(?:all|every|each)\b[^.]{0,40}\b(?:visit|call|stop)\w*|\b(?:visit|call|stop)\w*[^.]{0,30}\b(?:all|every|each)\b",
    re.I,
)
_TIMES = frozenset({"hour", "minute", "hr", "min", "day", "second"})
_MOST_STOPS = 14


def pair_plan(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft of a problem over a table of pairs, or None where no plan fits its margins and its prose."""
    text = clean(prose)
    parts = [sentence.tokens for sentence in sentences(tokenize(text), text)]
    told_sense = sense_of(text)
    sense = told_sense or "minimize"
    for crossing in crossings(tables, prose):
        draft = _Pairing(crossing, text, original, parts, sense).draft(formulator)
        if draft is not None:
            return draft if told_sense is not None else _supposed(draft)
    return None


def _supposed(draft: Draft) -> Draft:
    """The draft of a text that tells no aim: the least cost is supposed."""
    assumed = (*draft.assumptions, "the cost is to be as small as possible")
    return draft.model_copy(update={"assumptions": assumed, "confidence": round(_UNTOLD * draft.confidence, 3)})


@dataclass(slots=True)
class _Pairing:
    crossing: Crossing
    text: str
    original: str
    parts: Sequence[Sequence[Token]]
    sense: Sense
    page: Paper = field(init=False)
    left: list[Saying] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    bans: list[tuple[int, int, bool, int]] = field(default_factory=list)
    rows: str = ""
    columns: str = ""

    def draft(self, formulator: str) -> Draft | None:
        crossing = self.crossing
        names = crossing.rows.names if crossing.same else (*crossing.rows.names, *crossing.columns.names)
        naming = Naming(crossing.rows.noun, names)
        said = list(sayings(self.parts, naming, Naming("", ())))
        self._bans(naming)
        self.left = [s for s in told(crossing, said, naming) if not self._counts(s)]
        self.page = Paper(self.original)
        plan = self._square() if crossing.same else self._shares() or self._flows() or self._matching()
        if not plan:
            return None
        idle = crossing.rows.loose + crossing.columns.loose + len(set(self._unused()))
        draft = self.page.draft(round(_SURE * _LEFT ** (len(self.left) + idle), 3), formulator)
        return draft.model_copy(update={"questions": questions(self.left, self.text)})

    def _counts(self, saying: Saying) -> bool:
        """Figures that only count the members, or say that one goes with one."""
        sizes = {len(self.crossing.rows.names), len(self.crossing.columns.names), 1}
        sizes |= {len(self.crossing.rows.names) - 1} if self.crossing.same else set()
        return (
            not saying.token.money
            and saying.value in sizes
            and (saying.side is None or saying.plain or saying.value == 1)
        )

    def _unused(self) -> list[str]:
        """Sentences that forbid or demand something and that no element came from."""
        strong = re.compile(r"\b(?:cannot|can't|must not|unless|only if|at most|at least|either|if)\b", re.I)
        numbered = {s.sentence for s in self.left}
        return [
            part
            for k, tokens in enumerate(self.parts)
            if k not in self.read and k not in numbered
            and strong.search(part := self.text[tokens[0].start : tokens[-1].end])
            and not any(t.is_number for t in tokens)
        ]  # fmt: skip

    def _bans(self, naming: Naming) -> None:
        """Pairs that a sentence rules out or demands."""
        size = len(self.crossing.rows.names)
        if self.crossing.same:
            return
        for k, tokens in enumerate(self.parts):
            items = list(dict.fromkeys(m.item for m in naming.mentions(tokens)))
            rows, columns = [i for i in items if i < size], [i - size for i in items if i >= size]
            part = self.text[tokens[0].start : tokens[-1].end]
            if not rows or not columns or min(len(rows), len(columns)) != 1 or any(t.is_number for t in tokens):
                continue
            if _NOT.search(part) or _MUST.search(part):
                self.read.add(k)
                self.bans += [(r, c, not _NOT.search(part), k) for r in rows for c in columns]

    # --- common elements -----------------------------------------------------------------------------------------

    def _sets(self) -> None:
        for side, name in ((self.crossing.rows, "rows"), (self.crossing.columns, "columns")):
            taken = self.page.set(side.noun, side.names)
            self.page.spans[taken] = tuple(Span(start=c.start, end=max(c.end, c.start + 1)) for c in side.places)
            setattr(self, name, taken)

    def _table(self, name: str) -> str:
        rows, columns = self.crossing.rows.names, self.crossing.columns.names
        figures = {(rows[r], columns[c]): f for (r, c), f in self.crossing.figures.items()}
        gaps = len(figures) < len(rows) * len(columns)
        return self.page.table(
            name, (self.rows, self.columns), figures, self.crossing.title[:80], default=0.0 if gaps else None
        )

    def _column(self, side: Side, duty: str, name: str, index: str, figures: dict[int, Figure]) -> str:
        return self.page.column(name, index, {side.names[k]: f for k, f in sorted(figures.items())}, duty)

    def _closed(self, variable: str) -> None:
        """Pairs without a figure, and those that the text rules out or demands."""
        rows, columns = self.crossing.rows.names, self.crossing.columns.names
        gaps = [
            (rows[r], columns[c])
            for r in range(len(rows)) for c in range(len(columns)) if (r, c) not in self.crossing.figures
        ]  # fmt: skip
        if gaps:
            closed = self.page.set("closed", gaps, within=(self.rows, self.columns))
            self.page.constraint("closed", f"{variable}[i, j] == 0", over=f"i, j in {closed}")
            self.page.assumptions.append("a pair without a figure is not possible")
        for r, c, wanted, k in self.bans:
            value = "1" if wanted else "0"
            self.page.constraint("told", f'{variable}["{rows[r]}", "{columns[c]}"] == {value}')
            self.page.spans[self.page.constraints[-1].name] = (
                Span(start=self.parts[k][0].start, end=self.parts[k][-1].end),
            )

    # --- plans ---------------------------------------------------------------------------------------------------

    def _flows(self) -> bool:
        """Transports from where things are to where they are needed, with sites to open where opening costs."""
        crossing = self.crossing
        if self.sense != "minimize":
            return False
        for sources, sinks, turned in (
            (crossing.rows, crossing.columns, False),
            (crossing.columns, crossing.rows, True),
        ):
            need, have, fixed = sinks.whole("demand"), sources.whole("supply"), sources.whole("fixed")
            if need is None or (have is None and fixed is None):
                continue
            self._sets()
            origin, goal = (self.columns, self.rows) if turned else (self.rows, self.columns)
            demand = self._column(sinks, "needed", "demand", goal, need)
            supply = self._column(sources, "there is", "supply", origin, have) if have else ""
            cost = self._table("cost")
            move = self.page.variable("move", self.rows, self.columns, description="how much goes this way")
            worth = f"sum({cost}[i, j]*{move}[i, j] for i in {self.rows} for j in {self.columns})"
            a, b = ("j", "i") if turned else ("i", "j")
            limit = f"{supply}[{a}]" if supply else f"sum({demand}[{b}] for {b} in {goal})"
            if fixed is not None:
                opening = self._column(sources, "to open", "opening_cost", origin, fixed)
                opened = self.page.variable("open", origin, domain="binary", description="1 if it is opened")
                worth = f"sum({opening}[{a}]*{opened}[{a}] for {a} in {origin}) + {worth}"
                limit += f"*{opened}[{a}]"
            self.page.aim("minimize", "total_cost", worth)
            self.page.constraint("there_is", f"sum({move}[i, j] for {b} in {goal}) <= {limit}", over=f"{a} in {origin}")
            self.page.constraint(
                "needed", f"sum({move}[i, j] for {a} in {origin}) >= {demand}[{b}]", over=f"{b} in {goal}"
            )
            self._closed(move)
            return True
        return False

    def _shares(self) -> bool:
        """Products divided among machines: times for each pair, time available, prices of time, amounts needed."""
        crossing = self.crossing
        for machines, parts, turned in (
            (crossing.rows, crossing.columns, False),
            (crossing.columns, crossing.rows, True),
        ):
            have, need, price = machines.whole("supply"), parts.whole("demand"), machines.whole("price")
            if have is None or need is None or not self._timed(machines.titles.get("supply", "")):
                continue
            self._sets()
            place, kind = (self.columns, self.rows) if turned else (self.rows, self.columns)
            a, b = ("j", "i") if turned else ("i", "j")
            time = self._table("time")
            room = self._column(machines, "time there is", "available", place, have)
            demand = self._column(parts, "needed", "demand", kind, need)
            make = self.page.variable("make", self.rows, self.columns, description="how many are made here")
            rate = f"{self._column(machines, 'of time', 'price', place, price)}[{a}]*" if price else ""
            self.page.aim(
                self.sense,
                "total",
                f"sum({rate}{time}[i, j]*{make}[i, j] for i in {self.rows} for j in {self.columns})",
            )
            self.page.constraint(
                "time_limit", f"sum({time}[i, j]*{make}[i, j] for {b} in {kind}) <= {room}[{a}]", over=f"{a} in {place}"
            )
            self.page.constraint(
                "needed", f"sum({make}[i, j] for {a} in {place}) >= {demand}[{b}]", over=f"{b} in {kind}"
            )
            self._closed(make)
            return True
        return False

    def _timed(self, title: str) -> bool:
        """Whether the figures of the pairs and what the machines have are times."""
        around = {lemma(w) for w in re.findall(r"[a-z]+", f"{self.crossing.title} {self.text}".lower())}
        own = {lemma(w) for w in re.findall(r"[a-z]+", title.lower())}
        return bool(own & _TIMES) and bool(around & _TIMES)

    def _matching(self) -> bool:
        """One for one: all of the smaller side, each of the larger at most once."""
        crossing = self.crossing
        if crossing.rows.figures or crossing.columns.figures or _ASSIGNED.search(self.text) is None:
            return False
        self._sets()
        value = self._table("figure")
        pick = self.page.variable("pick", self.rows, self.columns, domain="binary", description="1 if they go together")
        self.page.aim(
            self.sense, "total", f"sum({value}[i, j]*{pick}[i, j] for i in {self.rows} for j in {self.columns})"
        )
        rows, columns = len(crossing.rows.names), len(crossing.columns.names)
        self.page.constraint(
            "each_row",
            f"sum({pick}[i, j] for j in {self.columns}) {'==' if rows <= columns else '<='} 1",
            over=f"i in {self.rows}",
        )
        self.page.constraint(
            "each_column",
            f"sum({pick}[i, j] for i in {self.rows}) {'==' if columns <= rows else '<='} 1",
            over=f"j in {self.columns}",
        )
        self._closed(pick)
        for k, tokens in enumerate(self.parts):
            if _ASSIGNED.search(self.text[tokens[0].start : tokens[-1].end]):
                self.read.add(k)
        return True

    def _square(self) -> bool:
        """Distances among the same places: as few as possible close to all, or the shortest round through all."""
        names = self.crossing.rows.names
        near = next((s for s in self.left if s.unit in _SPAN and s.side == "<="), None)
        few = re.search(r"\bfew\w*\b|\bnumber of\b|\bminimum number\b|\bhow many\b", self.text, re.I)
        if near is not None and few and self.sense == "minimize":
            self.left.remove(near)
            self._cover(near)
            return True
        if (
            not (_TOUR.search(self.text) and _ALL_ONCE.search(self.text))
            or self.sense != "minimize"
            or len(names) > _MOST_STOPS
        ):
            return False
        stop = self.rows = self.columns = self.page.set(self.crossing.rows.noun, names)
        cost = self._table("distance")
        go = self.page.variable("go", stop, stop, domain="binary", description="1 if the round goes this way")
        rank = self.page.variable(
            "position", stop, lower="0", upper=f"card({stop}) - 1", description="place in the round"
        )
        self.page.aim("minimize", "length", f"sum({cost}[i, j]*{go}[i, j] for i in {stop} for j in {stop} if i != j)")
        self.page.constraint("leave", f"sum({go}[i, j] for j in {stop} if j != i) == 1", over=f"i in {stop}")
        self.page.constraint("arrive", f"sum({go}[i, j] for i in {stop} if i != j) == 1", over=f"j in {stop}")
        self.page.constraint(
            "one_round", f"{rank}[j] >= {rank}[i] + 1 - card({stop})*(1 - {go}[i, j])",
            over=f"i in {stop} for j in {stop} if i != j and j != first({stop})",
        )  # fmt: skip
        self.page.constraint("stay", f"{go}[i, i] == 0", over=f"i in {stop}")
        return True

    def _cover(self, near: Saying) -> None:
        names = self.crossing.rows.names
        place = self.rows = self.columns = self.page.set(self.crossing.rows.noun, names)
        distance = self._table("distance")
        most = self.page.scalar("most_distance", near.value, (near.token.start, near.token.end))
        chosen = self.page.variable("choose", place, domain="binary", description="1 if there is one here")
        self.page.aim("minimize", "number", f"sum({chosen}[i] for i in {place})")
        self.page.constraint(
            "close", f"sum({chosen}[i] for i in {place} if {distance}[i, j] <= {most}) >= 1", over=f"j in {place}"
        )
