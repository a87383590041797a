"""What the problem wants to be as large or as small as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formulations.formulation import Sense

from ..words.lexicon import OCCASIONS, STOP_WORDS, is_content, unit_of, word_set
from ..words.measures import Measure, context_of, family, noun_stems
from ..words.senses import OPTIMIZING, SUPERLATIVES
from .clauses import Goal
from .entities import Decisions, Mention
from .scenes import Scene
from .wishes import STRENGTH, wishes

_SOFT: dict[str, Sense] = {
    "reduce": "minimize", "decrease": "minimize", "increase": "maximize", "optimize": "maximize",
    "reducing": "minimize",
}  # fmt: skip
_ADJECTIVES: dict[str, Sense] = SUPERLATIVES | {"little": "minimize"}
_STOPS = word_set(
    """. ? , ; while if subject given assuming by so when such with using according ( how that is are can could
    must should what and without under ensuring based satisfying considering within"""
)
#: Up to this place a superlative belongs to the verb that opens the sentence.
_IMPERATIVE = 4
#: Behind a superlative these name nothing: "the most I can make", "to earn the most?".
_NOT_NAMED = word_set("of than I i we he she they you it ? . , this per for in a money profitable")
_TURNS = word_set("""to that required needed used produced for it he they she from in at taken made per""")


def goal(scenes: Sequence[Scene], decisions: Decisions) -> Goal | None:
    """The objective of the problem: the strongest phrase, the last of equals."""
    best: Goal | None = None
    home: Scene | None = None
    for scene in scenes:
        for found in _goals(scene):
            if best is None or found.strength >= best.strength:
                best, home = found, scene
    if best is None or best.strength < STRENGTH:
        for scene in scenes:
            for found in wishes(scene, goal_of):
                if best is None or found.strength >= best.strength:
                    best, home = found, scene
    if best is None or home is None:
        return None
    return with_ratio(best, home, scenes)


def _goals(scene: Scene) -> list[Goal]:
    found: list[Goal] = []
    for i, token in enumerate(scene.tokens):
        sense: Sense | None = OPTIMIZING.get(token.low)
        strength = 4
        if sense is None and token.low in _SOFT:
            asked = scene.words_in(0, i) & {"how", "should", "what", "to"}
            sense, strength = (_SOFT[token.low], 2) if asked else (None, 0)
        if sense is None and token.low in _ADJECTIVES:
            sense, strength = _adjective(scene, i)
        if sense is not None:
            aim = _phrase(scene, i + 1, sense, strength)
            if token.low == "cheapest" or (aim.words.split() or [""])[0] in ("costly", "expensive"):
                cost = replace(aim.measure, family="cost", dimension="money")
                aim = replace(aim, measure=cost, counted=False, everything=False)
            found.append(aim)
    return found


def _adjective(scene: Scene, i: int) -> tuple[Sense | None, int]:
    """ "what is the minimum number of", "to obtain the maximum profit" but not "a maximum of 40 hours"."""
    token = scene.tokens[i]
    after = scene.tokens[i + 1] if i + 1 < len(scene.tokens) else None
    before = scene.words_in(max(0, i - 8), i)
    if after is None or after.is_number or after.low in _NOT_NAMED:
        return None, 0
    if any(c.first <= i < c.last for c in scene.comparators):
        return None, 0
    if token.low in ("least", "most") and scene.tokens[i - 1].low in ("at", "the") and after.is_number:
        return None, 0
    if token.low == "little" and scene.tokens[i - 1].low != "as":
        return None, 0
    asking = before & {
        "what",
        "find",
        "determine",
        "calculate",
        "obtain",
        "achieve",
        "get",
        "at",
        "best",
        "compute",
        "attain",
        "generate",
        "spending",
        "earn",
        "incur",
    }
    if asking:
        return _ADJECTIVES[token.low], 3
    # "Reach the most customers."
    told = scene.tokens[i - 1].low == "the" and 1 < i <= _IMPERATIVE and not any(t.is_number for t in scene.tokens)
    return (_ADJECTIVES[token.low], 2) if told else (None, 0)


def _phrase(scene: Scene, start: int, sense: Sense, strength: int) -> Goal:
    end = start
    while end < len(scene.tokens) and end - start < 25:
        low = scene.tokens[end].low
        if low == "and" and end > start and _joins_mentions(scene, end):
            end += 1
            continue
        if (low in _STOPS and end > start) or low in (".", "?"):
            break
        end += 1
    return goal_of(scene, start, end, sense, strength)


def goal_of(scene: Scene, start: int, end: int, sense: Sense, strength: int) -> Goal:
    """The goal that ``tokens[start:end]`` names, the verb in front of it left out."""
    place = scene.place(max(0, start - 1), max(start, end))
    tokens = scene.tokens[start:end]
    named = scene.mentions_in(start, end)
    lows = [token.low for token in tokens]
    taken = {i for m in named if m.entity is not None for i in range(m.first, m.last)}
    turn = next((i for i, low in enumerate(lows) if i and low in _TURNS), len(tokens))
    free = [token for i, token in enumerate(tokens, start) if i not in taken and i - start < turn]
    dimension = ""
    for token in free:
        known = unit_of(token.low)
        if known is not None:
            dimension = known[0]
    if "time" in lows or "duration" in lows:
        dimension = "time"
    if not dimension and not named and {"mass", "weight"} & set(lows):
        dimension = "mass"
    kind = family(lows, near=0)
    if kind:
        dimension = "money"
    measure = Measure(noun_stems(free), context_of(tokens), dimension, 1.0, kind, " ".join(lows))
    subject = tuple(dict.fromkeys(m.entity for m in named if m.entity is not None))
    everything = any(m.entity is None for m in named)
    return Goal(sense, measure, place, subject, everything, " ".join(lows), strength, _counted(lows, start, named))


def _counted(lows: Sequence[str], start: int, named: Sequence[Mention]) -> bool:
    """Whether the phrase is "the (total) number of" and then the decisions themselves."""
    if not named or ("number" not in lows and "amount" not in lows and "total" not in lows):
        return False
    after = named[0].last - start
    if after < len(lows) and is_content(lows[after]) and lows[after] not in ("needed", "required", "used"):
        return False
    lead = set(lows[: named[0].first - start])
    return lead <= {
        "the",
        "total",
        "overall",
        "number",
        "amount",
        "of",
        "his",
        "their",
        "its",
        "combined",
        "all",
        "quantity",
    }


def _joins_mentions(scene: Scene, i: int) -> bool:
    return any(m.last <= i and i - m.last <= 1 for m in scene.mentions) and any(
        m.first > i and m.first - i <= 3 for m in scene.mentions
    )


def with_ratio(aim: Goal, home: Scene, scenes: Sequence[Scene]) -> Goal:
    """The goal split into numerator and denominator where it is a ratio, by its definition or by its own words."""
    words = set(aim.words.split())
    if words & {"ratio", "efficiency", "per", "average"}:
        for scene in scenes:
            parts = _defined(scene)
            if parts is not None:
                return _divided(aim, scene, *parts)
        parts = _explained(home, aim) or _spoken(home, aim)
        if parts is not None:
            return _divided(aim, home, *parts)
    return aim


Ranges = tuple[tuple[int, int], tuple[int, int]]


def _divided(aim: Goal, scene: Scene, above: tuple[int, int], below: tuple[int, int]) -> Goal:
    numerator = goal_of(scene, *above, aim.sense, aim.strength)
    denominator = goal_of(scene, *below, aim.sense, aim.strength)
    return replace(numerator, place=aim.place, words=aim.words, over=denominator)


def _defined(scene: Scene) -> Ranges | None:
    """ "... is defined as the whole yield divided by the total area"."""
    lows = [token.low for token in scene.tokens]
    for i, low in enumerate(lows[:-1]):
        if low != "divided" or lows[i + 1] != "by":
            continue
        opens = [k for k in range(i) if lows[k] in ("as", "is", ":", "(", "=")]
        end = next((k for k in range(i + 2, len(lows)) if lows[k] in (")", ".", ",", ";")), len(lows))
        if opens and end > i + 2:
            return (opens[-1] + 1, i), (i + 2, end)
    return None


def _explained(scene: Scene, aim: Goal) -> Ranges | None:
    """ "the efficiency of the yard (yield per hour of work)"."""
    lows = [token.low for token in scene.tokens]
    if "(" not in lows:
        return None
    first = lows.index("(")
    last = next((k for k in range(first, len(lows)) if lows[k] == ")"), len(lows))
    if "per" not in lows[first:last] or scene.tokens[first].start > aim.place.end + 30:
        return None
    cut = lows.index("per", first)
    return (first + 1, cut), (cut + 1, last)


def _spoken(scene: Scene, aim: Goal) -> Ranges | None:
    """ "the benefit-cost ratio", "the ratio of profit to risk", "the profit per square meter"."""
    span = [i for i, t in enumerate(scene.tokens) if aim.place.start <= t.start < aim.place.end][1:]
    lows = [scene.tokens[i].low for i in span]
    if "ratio" in lows:
        at = lows.index("ratio")
        if at + 1 < len(lows) and lows[at + 1] == "of" and "to" in lows[at:]:
            cut = lows.index("to", at)
            return (span[at + 2], span[cut]), (span[cut + 1], span[-1] + 1)
        front = [i for i in span[:at] if scene.tokens[i].low not in STOP_WORDS]
        if len(front) >= 2:
            half = len(front) // 2
            return (front[0], front[half - 1] + 1), (front[half], front[-1] + 1)
    if "per" in lows:
        cut = lows.index("per")
        after = scene.tokens[span[cut + 1]] if cut + 1 < len(span) else None
        if after is not None and after.lemma not in OCCASIONS and after.lemma != "unit":
            return (span[0], span[cut]), (span[cut + 1], span[-1] + 1)
    return None
