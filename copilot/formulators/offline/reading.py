"""A text read with one list of decisions: all clauses, the goal, and how much of the text they explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .clauses import Clause, Coefficient, Goal
from .columns import Column, columns
from .comparisons import comparisons
from .entities import Decisions
from .goals import goal
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
    return Reading(decisions, scenes, tuple(clauses), tuple(table), goal(scenes, decisions), tuple(unused))
