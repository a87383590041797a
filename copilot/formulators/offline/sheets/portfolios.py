"""Shares of money among things whose returns move together, as a table of covariances tells.

Source: Markowitz (1952).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.portfolios import Portfolio, portfolio_on
from copilot.formulators.offline.words.senses import sense_of
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.tokens import clean, sentences, tokenize

from .naming import Naming
from .roster import Attribute, Figure, Roster, figure_of, named_attribute
from .sayings import Saying, questions, sayings
from .told import told_attributes

_SURE = 0.88
_LEFT = 0.6
_SPREAD = re.compile(r"\bvariances?\b|\brisk\w*\b|\bcovarian\w+", re.I)
#: Tables of these need the deviations of each thing besides.
_SCALED = re.compile(r"\bcorrelations?\b", re.I)
_RETURN = re.compile(r"\breturn\w*|\byield\w*|\bexpect\w*|\bearn\w*|\bgain\w*|\bincome\b", re.I)


def portfolio(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft of the least variance, or of the largest return within one; None without a table of covariances."""
    text = clean(prose)
    if not _SPREAD.search(text) or _SCALED.search(text):
        return None
    for k, table in enumerate(tables):
        square = _square(table)
        if square is None:
            continue
        roster, spread = square
        for other in (*tables[:k], *tables[k + 1 :]):
            roster.attributes += _columns(other, roster)
        parts = [sentence.tokens for sentence in sentences(tokenize(text), text)]
        said = told_attributes(roster, list(sayings(parts, Naming(roster.noun, roster.items), Naming("", ()))))
        returns = [a for a in roster.attributes if _RETURN.search(a.title) or a.percent]
        if len(returns) > 1:
            return None
        return _Shares(roster, spread, returns[0] if returns else None, Paper(original)).draft(said, text, formulator)
    return None


def _square(table: Table) -> tuple[Roster, dict[tuple[str, str], Figure]] | None:
    """The things and their covariances, each pair both ways; further columns are attributes of the things."""
    heads = [cell.text.strip() for cell in table.header]
    names = [row[0].text.strip() for row in table.rows]
    heads = [next((name for name in names if re.search(rf"\b{re.escape(name)}$", head)), head) for head in heads]
    if len(names) < 2 or len(set(names)) < len(names) or not set(names) <= set(heads[1:]):
        return None
    spread: dict[tuple[str, str], Figure] = {}
    for name, row in zip(names, table.rows, strict=True):
        for other in names:
            figure = figure_of(row[heads.index(other)])
            if figure is not None:
                spread[name, other] = figure
    for (one, two), figure in list(spread.items()):
        if spread.setdefault((two, one), figure).value != figure.value:
            return None
    if len(spread) < len(names) ** 2 or any(spread[name, name].value <= 0 for name in names):
        return None
    roster = Roster("asset", tuple(names), tuple(row[0] for row in table.rows), [])
    extra = [column for column in range(1, len(heads)) if heads[column] not in names]
    roster.attributes += [a for k in extra if (a := _attribute(table, k, roster)) is not None]
    return roster, spread


def _columns(table: Table, roster: Roster) -> list[Attribute]:
    """The columns of another table about the same things."""
    for way in (table, table.transposed()):
        if {row[0].text.strip() for row in way.rows} == set(roster.items):
            return [a for k in range(1, len(way.header)) if (a := _attribute(way, k, roster)) is not None]
    return []


def _attribute(table: Table, column: int, roster: Roster) -> Attribute | None:
    found = {roster.items.index(row[0].text.strip()): figure_of(row[column]) for row in table.rows}
    figures = {k: figure for k, figure in found.items() if figure is not None}
    return named_attribute(table.header[column].text, figures) if len(figures) == len(roster.items) else None


@dataclass(slots=True)
class _Shares:
    roster: Roster
    spread: dict[tuple[str, str], Figure]
    returns: Attribute | None
    page: Paper
    left: list[Saying] = field(default_factory=list)

    def draft(self, said: Sequence[Saying], text: str, formulator: str) -> Draft | None:
        page, items = self.page, self.roster.items
        drawn = portfolio_on(page, items)
        drawn.covariances(self.spread)
        if self.returns is not None:
            drawn.returns({items[k]: f for k, f in self.returns.figures.items()}, self.returns.title)
        self.left += [saying for saying in said if not self._limit(saying, drawn)]
        if sense_of(text) == "minimize":
            page.aim("minimize", "variance", drawn.risk)
        elif drawn.gain:
            page.aim("maximize", "total_return", drawn.gain)
        else:
            return None
        draft = page.draft(round(_SURE * _LEFT ** len(self.left), 3), formulator)
        return draft.model_copy(update={"questions": questions(self.left, text)})

    def _limit(self, saying: Saying, drawn: Portfolio) -> bool:
        """Whether a figure was understood: a share of one or of each, the return that is wanted, the risk allowed."""
        token, side, words = saying.token, saying.side, " ".join(saying.words)
        place = (token.start, token.end)
        if saying.value in (1, len(self.roster.items)) and (side is None or saying.plain) and not token.money:
            return True
        if side is None or token.money:
            return False
        if drawn.gain and _RETURN.search(words) and self._rated(saying):
            hundred = 100.0 if token.percent and self.returns is not None and not self.returns.percent else 1.0
            number = self.page.scalar("least_return", saying.value * hundred, place)
            self.page.constraint("return_need", f"{drawn.gain} {side} {number}")
        elif _SPREAD.search(words) and side == "<=":
            self.page.constraint("risk_limit", f"{drawn.risk} <= {self.page.scalar('most_risk', saying.value, place)}")
        elif saying.items and token.percent:
            for k in saying.items:
                number = self.page.scalar("bound", saying.value, place)
                self.page.constraint("part", f'{drawn.share}["{self.roster.items[k]}"] {side} {number}')
        elif saying.each and token.percent:
            number = self.page.scalar("bound_each", saying.value, place)
            self.page.constraint("each", f"{drawn.share}[i] {side} {number}", over=f"i in {drawn.asset}")
        else:
            return False
        return True

    def _rated(self, saying: Saying) -> bool:
        """Whether a figure is told in the way in which returns are, in percent or not, and is not about one thing."""
        percent = self.returns is not None and (self.returns.percent or "%" in self.returns.title)
        return not saying.items and (saying.token.percent or not percent)
