"""A text read with one list of decisions: all clauses, the goal, and how much of the text they explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .clauses import Clause, Coefficient, Goal
from .columns import Column, columns
from .comparisons import comparisons
from .entities import Decisions
from .goals import goal
from .lexicon import unit_of
from .linear import LinearForm
from .scenes import Scene, scene
from .statements import statements
from .tokens import Sentence, Token
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
    for view in scenes:
        used = Used()
        used.definition = definition
        clauses.extend(comparisons(view, decisions, used))
        definition = used.definition
        clauses.extend(statements(view, decisions, used, topic))
        named = [m.entity for m in view.mentions if m.entity is not None]
        topic = (named[-1],) if named else topic
        unused.extend(q.token for q in view.quantities if q.at not in used)
    coefficients = [clause for clause in clauses if isinstance(clause, Coefficient)]
    table = columns(coefficients, len(decisions))
    return Reading(
        decisions, scenes, tuple(clauses), tuple(table), goal(scenes, decisions), tuple(unused), _units(scenes)
    )


def _units(scenes: Sequence[Scene]) -> frozenset[str]:
    """Dimensions in which the decisions themselves are counted: "per acre", "how many liters", "5 acres of wheat"."""
    found: set[str] = set()
    for view in scenes:
        for i, token in enumerate(view.tokens):
            before = view.tokens[i - 1].low if i else ""
            after = view.tokens[i + 1].low if i + 1 < len(view.tokens) else ""
            counted = before in ("per", "many", "each", "every", "of", "the", "an", "a") or (
                after == "of" and any(i + 2 <= m.first <= i + 3 for m in view.mentions)
            )
            known: tuple[str, float] | None
            if before == "square":
                counted = i > 1 and view.tokens[i - 2].low in ("per", "many", "each", "every", "a")
                known = ("square " + token.lemma, 1.0)
            else:
                known = unit_of(token.low) if token.is_word else None
            if counted and known is not None:
                found.add(known[0])
    return frozenset(found)
