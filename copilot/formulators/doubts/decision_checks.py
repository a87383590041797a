"""What a text asks to decide and to improve, against what a program decides and improves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.formulators.doubts.beside import Beside
from copilot.formulators.doubts.claims import stems
from copilot.formulators.doubts.mismatch import Mismatch, mismatch
from copilot.formulators.draft import Span
from copilot.formulators.offline.words.lexicon import is_content

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_NUMBER = rf"(?:{'|'.join(_NUMBERS)}|[2-8])"
_KINDS = re.compile(
    rf"\b(?P<n>{_NUMBER})\s+(?:\w+\s+){{0,2}}?(?<!\beach )(?:types?|kinds?|options|varieties|sorts)\b|"
    rf"\b(?:between|among|across)\s+(?P<m>{_NUMBER})\b(?!\s+and\b|\s*%|\s*(?:[ap]\.?m\b|o'clock|:\d))",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"\b(?:minimi[sz]\w+|maximi[sz]\w+)\s+(?:(?:the|its|his|her|their)\s+)?(?:(?:total|overall)\s+)?number\s+of\s+"
    r"(?P<what>(?:[\w-]+\s*){1,4})",
    re.IGNORECASE,
)
_SUM_GOAL = re.compile(r"\b(?:minimi[sz]\w+|maximi[sz]\w+)\s+[^.,;?!]{4,60}", re.IGNORECASE)
_MONEY_GOAL = re.compile(
    r"\b(?:minimi[sz]\w+|maximi[sz]\w+|minimum|maximum)\s+(?:(?:the|its|his|her|their|possible|daily|weekly)\s+)*(?:total\s+)?"
    r"(?:(?:daily|weekly|monthly)\s+)?(?P<what>costs?|profits?|revenues?|expenses?|earnings|income|takings|sales|pay)\b",
    re.IGNORECASE,
)
#: What a parameter is called that holds prices.
_PRICES = re.compile(r"(?:costs?|profits?|revenues?|prices?|income|earnings|money)(?:_|$)", re.IGNORECASE)
_BROKEN = re.compile(
    r"\bfraction\w*[^.]{0,40}\ballowed\b|\bneed\s+not\s+be\s+(?:whole|integers?)\b|"
    r"\b(?:may|can)\s+be\s+(?:fractional|split|divided)\b|\bany\s+amount\b(?!\s+of\s+(?:money|time))",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:whole\s+(?:numbers?|units?)|integers?|indivisible)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\b(?:one|an?|each|every|per|100)\s+(?:kilos?|kilograms?|kg|g|grams?|lit(?:re|er)s?|decilit(?:re|er)s?|l|ml|tons?|tonnes?|"
    r"hectares?|acres?|hours?|pounds?|ounces?|gallons?)\s+of\s+(?P<what>[a-z][\w-]*(?:\s[a-z][\w-]*)?)",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\beach\b[^.;]{0,60}\beither\s+(?:\w+\s+){0,2}?(?:taken|accepted|chosen|selected|packed|built)\b|"
    r"\b(?:at\s+most|no\s+more\s+than)\s+one\s+of\s+each\b",
    re.IGNORECASE,
)
#: "A van costs 5": things that are told with a figure of their own.
_TOLD = re.compile(
    r"(?:^|[.;:,]\s+(?:and\s+|while\s+|whereas\s+)?|\band\s+)(?:a|an|each|every|one)\s+"
    r"(?P<who>[a-z][\w-]*(?:\s+(?!and\b|or\b)[a-z][\w-]*){0,5}?)\s+(?P<verb>costs?|takes?|brings?|earns?|sells?|carries|holds?|"
    r"reaches|gives?|yields?|uses?|needs?|requires?|weighs?|serves?)\s+[\\$€£]*\d[\d,.]*\b",
    re.IGNORECASE,
)
_WISH = (
    r"wants?|wishes|aims|plans|decides|employs|hires|would\s+like|is\s+planning|needs\s+to\s+(?:decide|determine|plan)|"
    r"must\s+(?:keep|complete|ensure|decide)"
)


def goals_of_numbers(both: Beside) -> Iterator[Mismatch]:
    """The number of something is to be improved, and the objective adds figures of something else."""
    match, weights = _GOAL.search(both.text), both.objective
    if match is None or not weights:
        return
    words = re.findall(r"[\w-]+", match["what"])
    first = next((place for place, word in enumerate(words) if not is_content(word.lower())), len(words))
    what = stems(" ".join(words[:first]))
    whole = first == len(words) or words[first].lower() not in ("and", "or")
    span = Span(start=match.start(), end=match.start("what") + len(" ".join(words[:first])))
    thing = both.named(what)
    if len(thing) == 1:
        if whole and set(weights) != set(thing):
            yield mismatch(both.text, span, f"the objective here is not the number of '{both.title(thing[0])}'")
        return
    told = [one for weight in weights.values() for one in both.said(weight)]
    if len(weights) < 2 or len(set(weights.values())) == 1 or not told:
        return
    if what:
        foreign = not any(what & _words_at(both, one.span) for one in told)
    else:
        foreign = all(one.measure.dimension for one in told)
    if foreign:
        figure = " ".join(both.text[told[0].span.start : told[0].span.end].split())
        yield mismatch(both.text, span, f'the objective here adds figures like "{figure}"')


def goals_without_figures(both: Beside) -> Iterator[Mismatch]:
    """Money is to be improved, and the objective only counts, although the text gives prices of several things."""
    match, weights = _MONEY_GOAL.search(both.text), both.objective
    if match is None or len(weights) < 2 or {abs(weight) for weight in weights.values()} != {1.0}:
        return
    stem = {"profits": "profit", "costs": "cost", "revenues": "revenue", "expenses": "expense"}.get(
        match["what"].lower(), match["what"].lower()
    )
    priced = any(entry.indices and _PRICES.match(entry.name) for entry in both.document.formulation.parameters)
    if priced or re.search(rf"\b{stem}\w*.{{0,400}}?\d", both.text[: match.start()], re.IGNORECASE | re.DOTALL):
        span = Span(start=match.start(), end=match.end())
        yield mismatch(both.text, span, "the objective here counts every decision alike, without a figure")


def decisions_without_figures(both: Beside) -> Iterator[Mismatch]:
    """The objective has figures of some things and none of others, and the goal is not about the former alone."""
    weights = both.objective
    match = _SUM_GOAL.search(both.text)
    if match is None or not 0 < len(weights) < both.program.column_count or len(both.program.columns.blocks) != 1:
        return
    if any(both.names[column] & stems(both.text[match.start() : match.end()]) for column in weights):
        return
    lacking = next(column for column in range(both.program.column_count) if column not in weights)
    goal = Span(start=match.start(), end=match.end())
    yield mismatch(both.text, goal, f"the objective here has no figure for '{both.title(lacking)}'")


def kinds_of_things(both: Beside) -> Iterator[Mismatch]:
    """The text speaks of three kinds of something, and two or five things are decided."""
    matches = list(_KINDS.finditer(both.text))
    if not matches or len(both.program.columns.blocks) != 1:
        return
    said = [
        _NUMBERS.get(digits, 0) or int(digits) for match in matches if (digits := (match["n"] or match["m"]).lower())
    ]
    decided = both.program.column_count
    if decided in said or decided == sum(said) or any(n * m == decided for n in said for m in (*said, 2, 3)):
        return
    span = Span(start=matches[0].start(), end=matches[0].end())
    titles = ", ".join(both.title(column) for column in range(min(decided, 6)))
    yield mismatch(both.text, span, f"{decided} things are decided here ({titles})")


def whole_numbers(both: Beside) -> Iterator[Mismatch]:
    """Fractions are allowed and everything is whole, or the other way round; or things that exist once are many."""
    program = both.program
    broken, whole, once = (pattern.search(both.text) for pattern in (_BROKEN, _WHOLE, _ONCE))
    if broken is not None and whole is None and program.integer.all():
        span = Span(start=broken.start(), end=broken.end())
        yield mismatch(both.text, span, "every decision here is a whole number")
    if whole is not None and broken is None and not program.integer.any():
        span = Span(start=whole.start(), end=whole.end())
        yield mismatch(both.text, span, "every decision here may be a fraction")
    held = {column for row in both.rows if len(row.weights) == 1 and 1.0 in row.limits for column in row.weights}
    if once is not None and program.integer.any() and not held and len(program.columns.blocks) == 1:
        span = Span(start=once.start(), end=once.end())
        yield mismatch(both.text, span, f"'{both.title(0)}' and the others may be taken several times here")


def whole_amounts(both: Beside) -> Iterator[Mismatch]:
    """ "A kilo of rice costs 2": what is told by weight, volume, area or time is decided in whole numbers."""
    if _WHOLE.search(both.text) is not None:
        return
    for match in _AMOUNT.finditer(both.text):
        named = [column for column in both.named(stems(match["what"])) if both.program.integer[column]]
        if named:
            span = Span(start=match.start(), end=match.end())
            yield mismatch(both.text, span, f"'{both.title(named[0])}' is a whole number here")
            return


def things_left_out(both: Beside) -> Iterator[Mismatch]:
    """ "A page costs 800" in the words in which the price of things stands that are decided, and no page is decided."""
    names = frozenset().union(*both.names)
    told = [(match, stems(match["who"])) for match in _TOLD.finditer(both.text)]
    verbs = {match["verb"].lower() for match, who in told if any(name <= who for name in both.names)}
    for match, who in told:
        if who and not who & names and match["verb"].lower() in verbs:
            span = Span(start=match.start("who"), end=match.end())
            titles = ", ".join(both.title(column) for column in range(min(both.program.column_count, 6)))
            yield mismatch(both.text, span, f"the decisions here are {titles}")


def agents_decided(both: Beside) -> Iterator[Mismatch]:
    """Who decides, as in "the store wants", is itself a decision."""
    who = re.compile(
        rf"\b(?:the|a|an)\s+(?P<who>\w+(?:\s\w+)?)\s+(?:{_WISH})\b(?!\s+(?:\S+\s+){{0,2}}?\d)", re.IGNORECASE
    )
    for match in who.finditer(both.text):
        named = [column for column, name in enumerate(both.names) if name == stems(match["who"])]
        if named:
            span = Span(start=match.start(), end=match.end())
            yield mismatch(both.text, span, f"'{both.title(named[0])}' is itself a thing to decide on here")
            return


def _words_at(both: Beside, span: Span) -> frozenset[str]:
    return stems(both.text[span.start : min(len(both.text), span.end + 25)])
