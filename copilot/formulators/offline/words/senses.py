"""Whether the least or the most is asked for: the words that say so, and whole texts in the many ways of asking."""

from __future__ import annotations

import re

from formulations.formulation import Sense


def _senses(most: str, least: str) -> dict[str, Sense]:
    return {**dict.fromkeys(most.split(), "maximize"), **dict.fromkeys(least.split(), "minimize")}


#: Verbs that are an objective wherever they stand.
OPTIMIZING: dict[str, Sense] = {
    f"{stem}{letter}{ending}": sense
    for stem, sense in _senses("maximi", "minimi").items()
    for letter in "sz"
    for ending in ("e", "es", "ed", "ing", "ation")
}
#: What is wanted most or least: "the highest profit", "min cost".
SUPERLATIVES = _senses(
    "max maximal maximum most best highest largest greatest biggest longest",
    """min minimal minimum least lowest smallest fewest shortest cheapest fastest quickest soonest earliest nearest
    closest""",
)
#: Behind "as" and "how": "as cheap as possible", "how large can it be".
EXTENTS = _senses(
    "large big great high much many long far well good profitable valuable widely",
    "small little low few short early soon fast quickly close cheap cheaply inexpensive inexpensively",
)
_AS = r"(?: \w+){0,6}? as (?:possible|(?:she|he|it|they|we|one|you) can)\b"
_LESS = "|".join(word for word, sense in EXTENTS.items() if sense == "minimize")
_MORE = "|".join(word for word, sense in EXTENTS.items() if sense == "maximize")
#: Verbs first: where a text uses one, it is the objective.
_VERBS: tuple[tuple[Sense, re.Pattern[str]], ...] = (
    ("minimize", re.compile(r"\bminimi[sz]\w*", re.I)),
    ("maximize", re.compile(r"\bmaximi[sz]\w*", re.I)),
)
_IDIOMS: tuple[tuple[Sense, re.Pattern[str]], ...] = (
    (
        "minimize",
        re.compile(
            rf"\bas (?:{_LESS})\b{_AS}|"
            r"\b(?:cheapest|lowest|smallest|fewest|shortest|earliest|minimal|fastest|quickest)\b|"
            r"(?<!at )\bleast (?:expensive|costly|total|money|amount|number|possible|cost|time|distance|fuel|waste)\b|"
            r"(?<!at )(?<=the )\bleast\b|\bhow few\b|\bmost (?:cost-e|econom|cheap)\w+|"
            r"\bkeep\w*\b[^.?!]{0,40}\bcosts?\b[^.?!]{0,20}\b(?:down|low)\b|"
            r"\bcost\w*\b[^.?!]{0,60}\bis (?:minimal|least)\b|"
            r"\bminimum (?:total |number of |possible |overall )?(?:costs?|time|distance|number|length|expense)\b|"
            r"\b(?:with|at|of|for) (?:the )?(?:minimum|minimal) (?!of\b)[a-z]+|\bfind the (?:minimum|minimal)\b|"
            r"\bwhat is the (?:minimum|least)\b|"
            r"\bwhat (?:does|do|would|will)\b[^.?!]{0,40}\bcost\b[^.?!]{0,20}\bat least\b|"
            r"\bat (?:minimum|minimal|least) (?:total |overall |possible )?costs?\b",
            re.I,
        ),
    ),
    (
        "maximize",
        re.compile(
            rf"\bas (?:{_MORE})\b{_AS}|"
            r"\b(?:largest|highest|greatest|biggest|maximal)\b(?! (?:of|part|sort))|"
            r"(?<!at )(?<=the )\bmost\b(?! (?:efficient|effective|cost|econom|suitable|recent|common|important|of))|"
            r"\bearns? (?:her|him|them|it|us) (?:the )?most\b|\bserves? the most\b|"
            r"\bmaximum (?:total |possible |overall )?(?:profit|value|revenue|income|return|flow|benefit|output)\b|"
            r"\bwhat is the maximum\b",
            re.I,
        ),
    ),
)


def _said(*shapes: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(shapes)})\b", re.I)


_MOST = _said(
    r"most|best|highest|largest|greatest|biggest|strongest|richest|fullest|happiest|"
    r"maximal|maximum|maximi[sz]\w*|max(?! \d)",
    r"as (?:many|much|high|large) (?:\w+ )?as|how many|how much",
)
_LEAST = _said(
    r"cheap\w*|lowest|smallest|fewest|least|minimal|minimum|minimi[sz]\w*|min(?! \d)",
    r"as (?:little|few|low|cheaply) (?:\w+ )?as|keep\w* (?:\w+ ){1,4}(?:low|small|down|short)",
)
#: Questions after the least that is enough.
_ENOUGH = re.compile(
    r"\bhow (?:long|many (?:minutes|hours|days|weeks)) (?:does|do|will|would) (?:it|they|we) (?:take|need)\b|"
    r"\bhow few\b|\bhow (?:many|much)\b[^.?]*\b(?:needed|required|necessary|at (?:the (?:very )?|a )?(?:least|minimum)|"
    r"minimum)\b|"
    r"\bhow (?:many|much)\b[^.?]*\b(?:must|have to|has to|do \w+ need)\b[^.?]*\b(?:least|minimum)\b",
    re.I,
)
_BEST_SMALL = re.compile(r"\bbest (?:\w+ )?(?:time|times|cost|price|distance)\b", re.I)
_BOUNDS = re.compile(r"\bat (?:most|least)\b|\ba (?:maximum|minimum) of\b", re.I)


def sense_of(text: str) -> Sense | None:
    """The sense that the text asks for; verbs count before idioms, and of idioms the last one."""
    for told in (_VERBS, _IDIOMS):
        found = [(m.start(), sense) for sense, pattern in told for m in pattern.finditer(text)]
        senses = {sense for _, sense in found}
        if len(senses) == 1:
            return senses.pop()
        if found:
            return max(found)[1] if told is _IDIOMS else min(found)[1]
    return None


def wants_least(text: str) -> bool:
    return sense_of(text) == "minimize"


def wanted(text: str) -> Sense | None:
    """The sense that the text asks for, or that any word of it hints at; None where both are hinted at."""
    if _ENOUGH.search(text) or _BEST_SMALL.search(text):
        return "minimize"
    sense = sense_of(text)
    if sense is not None:
        return sense
    text = _BOUNDS.sub("", text)
    most, least = _MOST.search(text), _LEAST.search(text)
    if bool(most) != bool(least):
        return "maximize" if most else "minimize"
    return None


def says(sense: Sense, sentence: str) -> bool:
    """Whether the sentence is one that tells what is wanted most, or least."""
    return (_MOST if sense == "maximize" else _LEAST).search(_BOUNDS.sub("", sentence)) is not None
