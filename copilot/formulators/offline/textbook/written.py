"""Returns and costs that the text tells as formulas of what is decided, within a budget, a total or a limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import SCALES, STOP_WORDS, is_verb, word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.tables import Table, tables
from formulations.formulation import Domain, Sense

from .aims import sense
from .formulas import Atom, Formula, formulas
from .pages import Measured, Page
from .pages import page as paged

_COSTS = word_set("cost costs costing pay expense expenses price time takes risk waste")
_GAINS = word_set(
    """bring brings give gives gain gains yield yields profit revenue income earn earns sales customers output produce
    produces make makes return returns height growth"""
)
_TOTAL = word_set(
    """total altogether together both all budget spend share split divide distribute allocate invest available have has
    got afford money sum overall need needs required out"""
)
_GOING_ON = word_set("plus minus + - times squared cubed ^")
_SOLD = word_set("sell sells sold fetch fetches worth")
_SHARING = word_set("share split divide distribute allocate")
_TARGET = word_set("least must need needs exactly target reach require requires turn order")
_MOST = word_set("most limit maximum capacity only exceed than up room")
_UNITS = frozenset(
    stem(word) for word in word_set("unit number amount hour day week thousand hundred dollar euro shift")
)


@dataclass(slots=True)
class _Decision:
    """``words``: stems by which the text knows it; price: of one of it; worth: of one of what it returns; most: its own
    limit."""

    name: str
    words: frozenset[str]
    counted: bool
    price: Measured | None = None
    worth: Measured | None = None
    most: Measured | None = None


@dataclass(slots=True)
class _Told:
    """The formulas with the decision of every atom in them, and the figures beside them; income: of one of what a
    formula tells the cost of."""

    terms: list[tuple[Formula, dict[Atom, _Decision]]]
    decisions: list[_Decision]
    total: Measured | None = None
    scale: float = 1.0
    income: Measured | None = None


def written(page: Page) -> Paper | None:
    """The sheet of a text that tells its returns as formulas and whose every figure is understood, or None."""
    wanted = sense(page) or ("maximize" if page.has("best optimal") and page.lows & _GAINS else None)
    if wanted is None:
        return None
    prose, listed = tables(page.low)
    page = paged(prose, page.original) if listed else page
    found = list(formulas(page))
    told = _by_rows(found, listed[0]) if len(listed) == 1 else _told(page, found) if found and not listed else None
    cut = any(page.words(formula.last, formula.last + 1) & _GOING_ON for formula in found)
    if told is None or cut or not _figures(page, told):
        return None
    return _drawn(page, told, wanted)


def _by_rows(found: Sequence[Formula], table: Table) -> _Told | None:
    """One formula with a letter that heads the column of a table: it holds for each row with the row's figure."""
    letters = [atom for formula in found for atom in formula.atoms if atom.letter == table.header[-1].text]
    if len(found) != 1 or len(table.header) != 2 or not letters or len(found[0].atoms) != 2:
        return None
    other = next(atom for atom in found[0].atoms if atom != letters[0])
    told = _Told([], [])
    for row in table.rows:
        if row[1].value is None:
            return None
        figure = Figure(row[1].value, row[1].start, row[1].end)
        parts = tuple(figure if part == letters[0] else part for part in found[0].parts)
        told.decisions.append(_Decision(row[0].text, frozenset(), counted=False))
        told.terms.append((replace(found[0], parts=parts), {other: told.decisions[-1]}))
    return told


def _told(page: Page, found: Sequence[Formula]) -> _Told | None:
    """Each of several formulas is of a share of its own; one formula alone may be of several quantities."""
    parallel = len(found) > 1
    if parallel and any(len(formula.atoms) != 1 for formula in found):
        return None
    keys = [formula.atoms[0].key for formula in found]
    own = parallel and (len(set(keys)) < len(keys) or "" in keys)
    told = _Told([], [])
    known: dict[str, _Decision] = {}
    for k, formula in enumerate(found):
        named: dict[Atom, _Decision] = {}
        for atom in formula.atoms:
            key = f"{k}" if own or not atom.key else atom.key
            if key not in known:
                known[key] = _decision(page, found, k, atom, own=own)
                told.decisions.append(known[key])
            named[atom] = known[key]
        told.terms.append((formula, named))
    shared = frozenset.intersection(*(d.words for d in told.decisions)) if len(told.decisions) > 1 else frozenset()
    for decision in told.decisions:
        decision.words -= shared
    return told


def _decision(page: Page, found: Sequence[Formula], k: int, atom: Atom, *, own: bool) -> _Decision:
    owner = _owner(page, found, k) if len(found) > 1 else ()
    words = _nouns(owner)
    if atom.letter:
        words |= _explained(page, atom.letter)
    name = atom.letter if atom.letter and not own else atom.noun if not own else ""
    return _Decision(
        name or "_".join(owner[-2:]) or "share", words | (atom.words if not own else frozenset()), atom.counted
    )


def _owner(page: Page, found: Sequence[Formula], k: int) -> tuple[str, ...]:
    """The nouns before a formula in its clause, which no other formula of the text has before it."""

    def nouns(j: int) -> list[str]:
        first = found[j - 1].last if j else 0
        begin = next(
            (i + 1 for i in range(found[j].first - 1, first, -1) if page.tokens[i].low in (".", ";", ":")), first
        )
        last = found[j].last
        while last < len(page.tokens) and page.tokens[last].is_word and page.tokens[last].low != "and":
            last += 1
        part = (*page.tokens[begin : found[j].first], *page.tokens[found[j].last : last])
        return [t.low for t in part if t.is_word and t.low not in STOP_WORDS and not is_verb(t.low) and len(t.low) > 2]

    others = {stem(low) for j in range(len(found)) if j != k for low in nouns(j)}
    return tuple(dict.fromkeys(low for low in nouns(k) if stem(low) not in others))


def _explained(page: Page, letter: str) -> frozenset[str]:
    """The nouns of "K is machine hours", "the machine hours K", "K units of capital", "x thousand on radio"."""
    words: set[str] = set()
    for i, token in enumerate(page.tokens):
        if token.low != letter:
            continue
        after = page.tokens[i + 1].low if i + 1 < len(page.tokens) else ""
        if after in ("is", "stands", "denotes", "are", "=", "for", "on", "in"):
            words |= page.run(i + 2)
        elif i and page.tokens[i - 1].low == "(":
            words |= page.words(i - 3, i - 1)
        elif after.isalpha() and not is_verb(after):
            words |= page.run(i + 1) if page.words(i + 2, i + 3) & {"of", "on", "in"} else {after}
    return _nouns(words)


def _nouns(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(w) for w in words if w not in STOP_WORDS and not is_verb(w) and len(w) > 2) - _UNITS


def _figures(page: Page, told: _Told) -> bool:
    """Gives every figure beside the formulas its role; False where one has none."""
    inside = {figure for formula, _ in told.terms for figure in formula.figures()}
    inside |= {f for f in page.figures for formula, _ in told.terms if formula.first <= f.at < formula.last}
    beside: Measured | None = None
    for k, figure in enumerate(page.figures):
        counts = figure.token.low.isalpha() and not figure.dimension and figure.value <= 12
        if figure in inside or counts:
            continue
        first, _, last = page.stretch(page.figures, k)
        if beside is not None and page.words(beside.end, figure.at) & {".", ";"}:
            beside = None
        words = page.words(first, last)
        around = page.words(figure.at - 8, figure.end + 6)
        stems = {stem(word) for word in words} | {word for word in words if len(word) == 1}
        owners = [d for d in told.decisions if stems & (d.words | {d.name})]
        limit = figure.per == "" and bool(around & _MOST)
        whole = limit or bool(words & word_set("total altogether budget"))
        if len(owners) == 1 and owners[0].worth is None and (words & _SOLD or (beside and not words & _COSTS)):
            owners[0].worth = beside = figure
        elif told.income is None and not owners and _is_sold_at(page, told, words):
            told.income = figure
        elif (
            not owners and len(told.decisions) == len(told.terms) == 1 and words & _SOLD and not told.decisions[0].worth
        ):
            told.decisions[0].worth = figure
        elif len(owners) == 1 and owners[0].price is None and not whole:
            owners[0].price = figure
        elif limit and len(told.decisions) == 1 and told.decisions[0].most is None:
            told.decisions[0].most = figure
        elif told.total is None and (around & (_TOTAL | _TARGET) or page.lows & _SHARING):
            told.total = figure
        else:
            return False
    priced = [d for d in told.decisions if d.price is not None]
    told.scale = _scale(page, told)
    if len(priced) == 1 and told.total is None and len(told.decisions) > 1:
        told.total, priced[0].price = priced[0].price, None
        priced = []
    sold = any(d.worth is not None for d in told.decisions)
    alone = len(told.terms) == 1 and not (len(told.decisions) == len(priced) == 1 and told.total is None)
    if sold and (alone or any(d.worth is None for d in told.decisions)):
        return False
    return len(priced) in (0, len(told.decisions)) and (len(told.decisions) == 1 or told.total is not None)


def _is_sold_at(page: Page, told: _Told, words: frozenset[str]) -> bool:
    """ "Making x chairs costs 500 + 20x, and each sells for 60": what one brings, beside a formula of costs."""
    alone = len(told.terms) == len(told.decisions) == 1 and bool(words & _SOLD)
    return alone and _is_cost(page, told.terms[0][0], "maximize")


def _scale(page: Page, told: _Told) -> float:
    """What formulas count in: hundreds in "x hundred parts", thousands in "what we spend (in thousands)"."""
    letters = {atom.letter for _, named in told.terms for atom in named if atom.letter}
    begin = told.terms[0][0].first
    scales = [(i, SCALES[token.low]) for i, token in enumerate(page.tokens) if token.low in SCALES and i]
    near = [size for i, size in scales if page.tokens[i - 1].low in letters]
    behind = [size for i, size in scales if page.tokens[i - 1].low == "in" and i > begin]
    return next(iter((*near, *behind)), 1.0)


def _drawn(page: Page, told: _Told, wanted: Sense) -> Paper | None:
    sheet = Paper(page.original)
    whole: Domain = "integer" if any(d.counted for d in told.decisions) and page.says("how many") else "continuous"
    names: dict[int, str] = {}
    for k, decision in enumerate(told.decisions):
        upper = sheet.parameter(f"most_{decision.name}", _scaled(decision.most, told)) if decision.most else None
        names[k] = sheet.variable(decision.name, description=f"how much of {decision.name}", upper=upper, domain=whole)
    value = {id(d): names[k] for k, d in enumerate(told.decisions)}
    terms: list[str] = []
    for formula, named in told.terms:
        worth = next((d.worth for d in named.values() if d.worth is not None), None)
        term = formula.rendered(sheet, {atom: value[id(d)] for atom, d in named.items()})
        terms.append(f"{sheet.parameter('worth', worth.figure())}*({term})" if worth else term)
    made = " + ".join(terms)
    spent = " + ".join(
        (f"{sheet.parameter(f'price_{d.name}', d.price.figure())}*" if d.price else "") + names[k]
        for k, d in enumerate(told.decisions)
    )
    priced = any(d.price for d in told.decisions)
    if len(told.terms) == 1 and told.decisions[0].worth is not None and wanted == "maximize":
        sheet.aim("maximize", "profit", f"{made} - {spent}")
        return sheet
    if told.income is not None and wanted == "maximize":
        sheet.aim("maximize", "profit", f"{sheet.parameter('unit_price', told.income.figure())}*{names[0]} - ({made})")
        return sheet
    costly = _is_cost(page, told.terms[0][0], wanted)
    made_of = len(told.terms) == 1 and not _is_cost(page, told.terms[0][0], "maximize")
    if told.total is not None and made_of and priced and wanted == "minimize":
        sheet.constraint(
            "output_needed", f"{made} >= {sheet.parameter('target', told.total.figure())}", [told.total.figure()]
        )
        sheet.aim("minimize", "cost", spent)
        return sheet
    alone = told.total is None and told.decisions[0].most is None
    if (priced and told.total is None) or (
        alone and not {" + ", " - "} & {p for p in told.terms[0][0].parts if isinstance(p, str)}
    ):
        return None
    if (wanted == "minimize") != costly and len(told.terms) > 1:
        return None
    if told.total is not None:
        given = _scaled(told.total, told)
        sign = ">=" if wanted == "minimize" else "<="
        sheet.constraint("total", f"{spent} {sign} {sheet.parameter('total', given)}", [given])
    average = page.has("average") or page.says("cost per")
    if average and costly and len(told.decisions) == 1:
        made = f"({made})/{names[0]}"
    name = next((word for word in ("profit", "revenue", "yield", "output") if page.has(word)), "total_return")
    sheet.aim(wanted, "cost" if costly else name, made)
    return sheet


def _is_cost(page: Page, formula: Formula, wanted: Sense) -> bool:
    """Whether the formula tells what is paid: the nearest word before it that says so decides, else what is wanted."""
    for token in reversed(page.tokens[: formula.first]):
        if token.low in _COSTS:
            return True
        if token.low in _GAINS:
            return False
        if token.low in (".", ";"):
            break
    return wanted == "minimize"


def _scaled(figure: Measured, told: _Told) -> Figure:
    return figure.figure(1 / told.scale if figure.value >= told.scale else 1.0)
