"""Whether a text asks for the least or for the most, in the many ways in which people ask."""

from __future__ import annotations

import re

from formulations.formulation import Sense

_AS = r"(?: \w+){0,6}? as (?:possible|(?:she|he|it|they|we|one|you) can)\b"
_LESS = r"small|little|low|cheap|cheaply|few|short|early|soon|fast|quickly|inexpensive|inexpensively|close"
_MORE = r"large|much|many|high|big|great|long|well|far|profitable|valuable|widely"
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

#: One of these for one of those.
_ONE_TO_ONE = re.compile(
    r"\bassign\w*|\bmatch(?:ed|ing)?\b|\b(?:exactly |just )?one (?!way)\w+ (?:for|to|per|in|at|on) (?:each|every)\b",
    re.I,
)


def one_to_one(text: str) -> bool:
    """Whether the text pairs things one to one: "assign", "one nurse for each ward"."""
    return _ONE_TO_ONE.search(text) is not None


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
