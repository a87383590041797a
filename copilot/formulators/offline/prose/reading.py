"""A text read with one list of decisions: all clauses, the goal, and how much of the text they explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..words.lexicon import unit_of
from ..words.measures import DIVISIBLE, Measure, family
from ..words.morphology import stem
from ..words.tokens import Sentence, Token
from .clauses import Clause, Coefficient, Goal
from .columns import Column, columns
from .comparisons import comparisons
from .entities import Decisions
from .goals import goal
from .linear import LinearForm
from .scenes import Scene, scene
from .statements import statements
from .used import Used


@dataclass(frozen=True, slots=True)
class Reading:
    decisions: Decisions
    scenes: tuple[Scene, ...]
    clauses: tuple[Clause, ...]
    columns: tuple[Column, ...]
    goal: Goal | None
    unused: tuple[Token, ...]
    units: frozenset[str]


def read(sentences: Sequence[Sentence], decisions: Decisions, known: Sequence[Clause] = ()) -> Reading:
    """The clauses of every sentence, with the columns that the coefficients form.

    ``known`` are clauses read elsewhere, from tables.
    """
    scenes = tuple(scene(sentence, decisions) for sentence in sentences)
    clauses: list[Clause] = list(known)
    unused: list[Token] = []
    topic: tuple[int, ...] = ()
    definition: LinearForm | None = None
    spoken = ""
    for view in scenes:
        used = Used()
        used.definition = definition
        clauses.extend(comparisons(view, decisions, used))
        definition = used.definition
        said = list(statements(view, decisions, used, topic))
        clauses.extend(in_parallel(said, _family_before(view, spoken)))
        spoken = next((c.measure.family for c in said if isinstance(c, Coefficient) and c.measure.family), "")
        spoken = spoken or family([token.low for token in view.tokens])
        named = [m.entity for m in view.mentions if m.entity is not None]
        topic = () if len(set(named)) > 1 and not _single_after_all(view) else (named[-1],) if named else topic
        unused.extend(q.token for q in view.quantities if q.at not in used)
    kinds = frozenset(stem(word) for word in decisions.category)
    coefficients = [_without(clause, kinds) for clause in clauses if isinstance(clause, Coefficient)]
    table = columns(coefficients, len(decisions))
    return Reading(
        decisions, scenes, tuple(clauses), tuple(table), goal(scenes, decisions), tuple(unused),
        _units(scenes) | _dimensions(decisions.substance),
    )  # fmt: skip


def _without(coefficient: Coefficient, kinds: frozenset[str]) -> Coefficient:
    """The coefficient without the nouns that name what is decided: they tell no measure from another."""
    measure = coefficient.measure
    if not measure.nouns & kinds:
        return coefficient
    return replace(coefficient, measure=replace(measure, nouns=measure.nouns - kinds))


def _single_after_all(view: Scene) -> bool:
    """Whether the last decision named stands apart from the others, so that "it" may mean it alone."""
    named = [m for m in view.mentions if m.entity is not None]
    return not view.quantities_in(0, named[-1].first)


def _family_before(view: Scene, spoken: str) -> str:
    """ "The costs differ. They are 3 for ...": what the sentence before spoke of, where this one refers to it."""
    opening = {token.low for token in view.tokens[:4]}
    return spoken if opening & {"they", "these", "it", "it's", "specifically"} else ""


def in_parallel(said: Sequence[Clause], before: str = "") -> list[Clause]:
    """The clauses of one sentence, where a bare figure is of the kind that another entity's figure is said to be."""
    said = _gapped(said)
    kinds = [c.measure for c in said if isinstance(c, Coefficient) and c.measure.family]
    model = kinds[0] if len({kind.family for kind in kinds}) == 1 else None
    if model is None and before and not kinds:
        model = Measure(dimension="money", family=before)
    if model is None:
        return list(said)
    told = {c.entity for c in said if isinstance(c, Coefficient) and c.measure.family}
    result: list[Clause] = []
    for c in said:
        if isinstance(c, Coefficient) and c.entity not in told and _bare(c.measure) and not c.percent:
            c = replace(c, measure=replace(c.measure, dimension=model.dimension, size=model.size, family=model.family))
            told.add(c.entity)
        result.append(c)
    return result


def _gapped(said: Sequence[Clause]) -> Sequence[Clause]:
    """ "A uses 20 litres of milk, B 10": so many figures without a measure measure the same, in order."""
    figures: dict[int, list[Coefficient]] = {}
    for clause in said:
        if isinstance(clause, Coefficient):
            figures.setdefault(clause.entity, []).append(clause)
    model, *others = figures.values() or [[]]
    if not model or any(not (c.measure.dimension or c.measure.nouns) or c.percent for c in model):
        return said
    alike: dict[int, Coefficient] = {}
    for own in others:
        if len(own) == len(model) and all(_plain(c) for c in own):
            alike |= {id(c): replace(c, measure=m.measure) for c, m in zip(own, model, strict=True)}
    return [alike.get(id(clause), clause) if isinstance(clause, Coefficient) else clause for clause in said]


def _plain(figure: Coefficient) -> bool:
    measure = figure.measure
    return not (measure.dimension or measure.nouns or measure.family or figure.percent)


def _bare(measure: Measure) -> bool:
    words = set(measure.words.split())
    return not measure.family and measure.dimension in ("", "money") and words <= {"unit", "units", "points"}


#: What is shared out where decisions are sums of money or stretches of time.
_SHARED = {
    "fund": "money", "money": "money", "budget": "money", "capital": "money", "investment": "money", "dollar": "money",
    "hour": "time", "time": "time",
}  # fmt: skip


def _dimensions(substance: frozenset[str]) -> frozenset[str]:
    return frozenset(_SHARED[word] for word in substance if word in _SHARED)


def _units(scenes: Sequence[Scene]) -> frozenset[str]:
    """Dimensions in which the decisions themselves are counted: "per acre", "how many liters", "5 acres of wheat"."""
    said = {
        unit for view in scenes for unit in _counted(view, ("per", "many", "each", "every", "of", "the", "an", "a"))
    }
    owned = {
        known[0]
        for view in scenes
        for i, token in enumerate(view.tokens[:-1])
        if token.is_word and view.tokens[i + 1].low == "of" and any(i + 2 <= m.first <= i + 3 for m in view.mentions)
        and (known := unit_of(token.low)) is not None
    }  # fmt: skip
    return frozenset(said | owned)


def _counted(view: Scene, openers: tuple[str, ...]) -> Iterator[str]:
    """Dimensions of the units behind one of the openers: "per acre", "each square foot"."""
    for i, token in enumerate(view.tokens):
        square = i > 0 and view.tokens[i - 1].low == "square"
        before = view.tokens[i - 1 - square].low if i > square else ""
        if before not in openers:
            continue
        known = ("square " + token.lemma, 1.0) if square else unit_of(token.low) if token.is_word else None
        if known is not None:
            yield known[0]


def divisible(scenes: Sequence[Scene]) -> bool:
    """Whether the decisions are measured and not counted: "per acre", "how many liters", "a kilogram of butter"."""
    found = {unit for view in scenes for unit in _counted(view, ("per", "many", "each", "every"))}
    return bool((found | {unit for view in scenes for unit in _measures(view)}) & DIVISIBLE)


def _measures(view: Scene) -> Iterator[str]:
    """Dimensions of the units of "a kilo of butter", where butter is decided about."""
    for i, token in enumerate(view.tokens[1:-2], 1):
        opened = view.tokens[i - 1].low in ("a", "an", "one") and view.tokens[i + 1].low == "of"
        known = unit_of(token.low) if opened and token.is_word else None
        if known is not None and any(i + 2 <= m.first <= i + 3 for m in view.mentions):
            yield known[0]
