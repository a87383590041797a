"""Lists of figures dealt out to owners named side by side, and what may stand between a figure and its owner."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..words.lexicon import GENERIC_HEADS, is_verb, word_set
from .lines import Figure, Line
from .mentions import Mention
from .owners import Owners
from .vocabulary import UNIT_ARTICLES

_LINKS = word_set(
    """for per a an each every the of from in on by to into out one at with making make produce producing sell
    selling get gets go goes worth if when used needed required necessary are is spent paid charged any single unit
    kilo kilogram kg ton liter litre gallon hour day trip batch pound barrel bag box go goes into it he she they
    we you placed put invested toward towards"""
)
#: Verbs behind "to" that hand out what is there: "240 hectares to plant with rye and peas".
HANDING = word_set(
    "plant place invest split divide share spend put allocate distribute spread devote sow use work run serve be"
)


def adjoins(line: Line, a: Figure, b: Figure) -> bool:
    """Whether the figures stand in one list: "300, 200 and 250 grams"."""
    gap = line.lows(a.end, b.at)
    same = a.measure.nouns == b.measure.nouns or not a.measure.nouns or not b.measure.nouns
    dims = a.measure.dimension == b.measure.dimension or not a.measure.dimension or a.token.money
    return bool(gap) and set(gap) <= {",", "and", "or", "$", ")", "("} and same and dims and not a.soft


def group_for(
    line: Line, run: Sequence[Figure], mentions: Sequence[Mention], alls: Sequence[Mention], owners: Owners
) -> tuple[int, ...]:
    """The owners to whom a list of figures is dealt out: as many are named side by side, before or behind."""
    size = len(run)
    cut = max((m.last for m in mentions if m.first < run[0].at), default=0)
    plural = bool(set(line.lows(cut, run[0].at)) & word_set("they these them both their"))
    ahead = () if plural else joined_owners(line, [m for m in mentions if m.first < run[0].at], backward=True)
    if len(ahead) == size:
        return ahead
    behind_all = line.lows(run[-1].end, run[-1].end + 4)
    if size == len(owners) and behind_all[:3] in (["on", "each", "of"], ["for", "each", "of"]):
        return tuple(range(size))
    told = "respectively" in line.lows(0, len(line.tokens))
    if len(ahead) == 1 and not told and not plural:
        return ()
    behind = joined_owners(line, [m for m in mentions if m.first >= run[-1].at], backward=False)
    if len(behind) == size and (told or linked(line, run[-1].end, _first_of(mentions, behind, run[-1].at), owners)):
        return behind
    silent = not any(m.first < run[-1].at and m.form == "one" for m in mentions)
    subject = line.lows(0, run[0].at)
    if size == len(owners) and silent and size > 2 - any(low.endswith("s") for low in subject[-3:-1]):
        return tuple(range(size))
    bare = all(not f.measure.nouns and not f.measure.dimension for f in run[:-1]) or all(
        f.measure.dimension for f in run
    )
    if size == len(owners) and not ahead and (told or (bare and _plural_subject(line, run[0], alls))):
        return tuple(range(size))
    return tuple(range(size)) if told and size == len(owners) else ()


def _first_of(mentions: Sequence[Mention], owners: Sequence[int], at: int) -> int:
    return next((m.first for m in mentions if m.first >= at and set(m.owners) & set(owners)), at)


def _plural_subject(line: Line, figure: Figure, alls: Sequence[Mention]) -> bool:
    lows = set(line.lows(0, figure.at))
    return bool(lows & word_set("they them these both their respective")) or bool(
        [m for m in alls if m.first < figure.at]
    )


def joined_owners(line: Line, run: Sequence[Mention], *, backward: bool) -> tuple[int, ...]:
    """Owners whose mentions stand side by side, at the end (``backward``) or at the beginning of a run."""
    run = [m for m in run if m.form == "one"]
    run = run[::-1] if backward else run
    group = run[:1]
    for mention in run[1:]:
        a, b = (mention, group[-1]) if backward else (group[-1], mention)
        gap = set(line.lows(a.last, b.first))
        # "2 kilos of grapes, and apples no less than bananas": what is compared opens a statement of its own.
        compared = not backward and any(c.first == mention.last for c in line.comparators)
        if (
            compared
            or not gap
            or not gap <= word_set("and , or the a an of per each by for kg kilo liter ton")
            or not gap & {",", "and", "or"}
        ):
            break
        group.append(mention)
    group = group[::-1] if backward else group
    return tuple(dict.fromkeys(e for m in group for e in m.owners))


def linked(line: Line, first: int, last: int, owners: Owners) -> bool:
    """Whether only "for a", "per", "to make one" and the like stand in ``tokens[first:last]``."""
    gap = line.tokens[first:last]
    if any(a.low == "to" and b.low in HANDING for a, b in pairwise(gap[:3])) and gap[0].low not in UNIT_ARTICLES:
        return False
    return len(gap) <= 9 and all(
        (t.is_word or t.low == "a")
        and (
            t.low in _LINKS
            or t.lemma in owners.category
            or t.lemma in GENERIC_HEADS
            or is_verb(t.low)
            or t.low.endswith("ing")
            or gap[i - 1].low == "to"
        )
        for i, t in enumerate(gap)
    )
