"""Portfolios: shares of assets whose returns have variances or standard deviations, and covariances or correlations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.portfolios import portfolio_on
from copilot.formulators.offline.prose.candidates import candidates
from copilot.formulators.offline.prose.entities import Decisions, Mention, mentions
from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.tokens import sentences

from .aims import sense
from .pages import Measured, Page

_KINDS = {
    "deviation": word_set("deviation deviations volatility volatilities"),
    "variance": word_set("variance variances"),
    "correlation": word_set("correlation correlations correlated"),
    "covariance": word_set("covariance covariances"),
    "return": word_set("return returns yield yields earn earns gain gains brings"),
}
_NEEDED = word_set("least need needs want wants require target reach minimum must")
_MOST = word_set("most than exceed maximum up")


@dataclass(slots=True)
class _Found:
    spread: dict[int, Measured] = field(default_factory=dict)
    returns: dict[int, Measured] = field(default_factory=dict)
    pairs: dict[tuple[int, int], Measured] = field(default_factory=dict)
    needed: Measured | None = None
    wealth: Measured | None = None
    most: Measured | None = None
    squared: bool = False
    correlated: bool = False


def portfolio(page: Page) -> Paper | None:
    """The shares with the least variance, for a return that is needed or for none; None where a figure is left."""
    if not page.has("variance deviation volatility") or sense(page) == "maximize":
        return None
    for assets in candidates(sentences(page.tokens, page.original)):
        found = _figures(page, assets)
        if found is not None:
            return _drawn(page, assets, found)
    return None


def _figures(page: Page, assets: Decisions) -> _Found | None:
    """Every figure in its role: of one asset, of a pair, or of the whole."""
    found = _Found()
    seen = [m for m in mentions(page.tokens, assets) if m.entity is not None]
    order: list[str] = []
    listed = 0
    figures = [f for f in page.figures if f.dimension or not f.token.low.isalpha()]
    for k, figure in enumerate(figures):
        start = max(figures[k - 1].end if k else 0, page.begin(figure.at))
        end = figures[k + 1].at if k + 1 < len(figures) else len(page.tokens)
        words = [token.low for token in page.tokens[start : figure.at]]
        kind = _kind(words) or _next(order)
        mine = list(dict.fromkeys(m.entity for m in seen if start <= m.first < figure.at and m.entity is not None))
        if (kind == "return" and set(words) & _NEEDED) or (set(words) & {"least"} and figure.dimension == "percent"):
            if found.needed is not None:
                return None
            found.needed = figure
            continue
        if figure.dimension == "money" and found.wealth is None:
            found.wealth = figure
            continue
        if set(words) & _MOST and not mine and figure.dimension == "percent" and found.most is None:
            found.most = figure
            continue
        if kind in ("correlation", "covariance"):
            mine = mine if len(mine) == 2 else _two(seen, end, page, figure)
            mine = mine or ([0, 1] if len(assets) == 2 else [])
            mixed = bool(found.pairs) and found.correlated != (kind == "correlation")
            if len(mine) != 2 or (min(mine), max(mine)) in found.pairs or mixed:
                return None
            found.pairs[min(mine), max(mine)] = figure
            found.correlated = kind == "correlation"
            order.append(kind)
            continue
        table = found.spread if kind in ("deviation", "variance") else found.returns if kind == "return" else None
        if table is None:
            return None
        found.squared = found.squared or kind == "deviation"
        # "The variances are 0.04, 0.01 and 0.09": in the order in which the assets were listed.
        listed = listed + 1 if not mine and order and order[-1] == kind else 0
        owner = (
            0
            if len(mine) == len(assets)
            else mine[-1]
            if mine
            else _before(seen, start, page)
            if order and order[-1] != kind
            else listed
        )
        if owner is None or owner in table or owner >= len(assets):
            return None
        table[owner] = figure
        order.append(kind)
    full = len(found.spread) == len(assets) and len(found.returns) in (0, len(assets))
    return found if full and not (found.needed and not found.returns) else None


def _kind(words: Sequence[str]) -> str:
    """What the nearest word before a figure says that it is: "the variances of the returns are" variances."""
    for kinds in (("deviation", "variance", "correlation", "covariance"), ("return",)):
        for low in reversed(words):
            for kind in kinds:
                if low in _KINDS[kind]:
                    return kind
    return ""


def _next(order: Sequence[str]) -> str:
    """The kind of a figure without a word of its own: that of the one before, or in turn for a new asset."""
    if not order:
        return ""
    single = list(dict.fromkeys(kind for kind in order if kind in ("deviation", "variance", "return")))
    in_turn = len(single) > 1 and order[0] != order[1] and order[-1] in single
    return single[(single.index(order[-1]) + 1) % len(single)] if in_turn else order[-1]


def _before(seen: Sequence[Mention], start: int, page: Page) -> int | None:
    """The asset spoken of last before a place, in its sentence."""
    begin = page.begin(start)
    last = [m for m in seen if begin <= m.first < start]
    return last[-1].entity if last else None


def _two(seen: Sequence[Mention], end: int, page: Page, figure: Measured) -> list[int]:
    """The two assets spoken of behind a figure: "a covariance of 0.01 between shares and bonds"."""
    stop = next((k for k in range(figure.end, end) if page.tokens[k].low in (".", ";")), end)
    found = [m.entity for m in seen if figure.end <= m.first < stop]
    two = list(dict.fromkeys(entity for entity in found if entity is not None))
    return two if len(two) == 2 else []


def _drawn(page: Page, assets: Decisions, found: _Found) -> Paper:
    paper = Paper(page.original)
    names = [entity.label for entity in assets.entities]
    whole = paper.parameter("wealth", found.wealth.figure()) if found.wealth else "1"
    most = paper.parameter("most_of_one", found.most.figure()) if found.most else None
    drawn = portfolio_on(paper, names, whole, most)
    drawn.spreads(
        {names[k]: figure.figure() for k, figure in found.spread.items()},
        {(names[i], names[j]): _signed(page, figure) for (i, j), figure in found.pairs.items()},
        deviations=found.squared,
        correlations=found.correlated,
    )
    if found.needed is not None:
        drawn.returns({names[k]: _signed(page, figure) for k, figure in found.returns.items()})
        share = f"*{whole}" if found.wealth and found.needed.dimension == "percent" else ""
        needed = paper.parameter("return_needed", found.needed.figure())
        paper.constraint("least_return", f"{drawn.gain} >= {needed}{share}", [found.needed.figure()])
    paper.aim("minimize", "risk", drawn.risk)
    return paper


def _signed(page: Page, figure: Measured) -> Figure:
    minus = figure.value > 0 and figure.at > 0 and page.tokens[figure.at - 1].low in ("-", "minus", "negative")
    return figure.figure(-1.0 if minus else 1.0)
