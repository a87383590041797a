"""Linear problems in prose: every candidate list of decisions is read to the end, and the best reading wins.

A second reader, by roles, reads the same sentences; what both make of them decides whom to believe, and how far.
"""

from __future__ import annotations

import math
from dataclasses import replace

from copilot.formulators.draft import Draft, Question, Span

from ..judgment.confidence import blemishes, confidence
from ..judgment.refusals import unreadable_figures, unreadable_text
from ..judgment.second import opinion
from ..judgment.soundness import soundness
from ..roles.drafts import draft as by_roles
from ..tabular import found_in
from ..words.tables import Table, readings, tables
from ..words.tokens import Sentence, clean, sentences, tokenize
from .assembly import assemble, excused, outline
from .candidates import candidates
from .model import Model, resolve
from .reading import read

#: Below this confidence, one reading in ten was right: it would show nonsense as an optimum.
UNREADABLE = 0.15
#: Below this confidence the reader says what it is unsure of.
_UNSURE = 0.7
_DISPUTED = "a second, independent reader of the text comes to another optimum"
#: Points that a reading loses where its problem has no optimum, or where doing nothing is one.
_UNSOUND = 2.5


def read_prose(text: str, formulator: str) -> Draft:
    """The draft of the reading that explains most of the text. Raises FormulationRefused where none explains enough."""
    cleaned = clean(text)
    prose, found = tables(cleaned)
    parts = sentences(tokenize(prose), prose)
    choice = choose(parts, found)
    more = found_in(text)
    if len(more.tables) > len(found):
        other = choose(sentences(tokenize(more.prose), more.prose), more.tables)
        if other is not None and (choice is None or confidence(other) >= confidence(choice)):
            choice = other
    believed = opinion(choice, parts) if not (found or more.tables) else None
    disputed = (_DISPUTED,) if believed is not None and believed.disputed else ()
    if believed is not None and believed.schema is not None:
        return by_roles(believed.schema, text, believed.confidence).model_copy(update={"doubts": disputed})
    if choice is None:
        raise unreadable_text(parts, cleaned)
    sure = confidence(choice) if believed is None else believed.confidence
    if sure < UNREADABLE:
        raise unreadable_figures(choice, cleaned, partial=_draft(choice, text, formulator, sure))
    doubts = (*disputed, *blemishes(choice)) if sure < _UNSURE else ()
    return _draft(choice, text, formulator, sure).model_copy(update={"doubts": doubts})


def choose(parts: tuple[Sentence, ...], found: tuple[Table, ...]) -> Model | None:
    """The reading that explains most of the text, over all candidate lists of decisions.

    One without a sensible optimum gives way to one that has it and explains nearly as much.
    """
    read_so: list[tuple[float, Model]] = []
    for reading in readings(found, frozenset()):
        model = resolve(read(parts, reading.decisions, reading.clauses))
        if model is not None:
            read_so.append((model.score, model))
    ignored = 0.5 * sum(1 for table in found for row in table.rows for cell in row if cell.value is not None)
    for rank, decisions in enumerate(candidates(parts)):
        model = resolve(read(parts, decisions))
        if model is not None:
            read_so.append((model.score - 0.15 * rank - ignored, model))
    if not read_so:
        return None
    top = max(points for points, _ in read_so)
    near = [(points, k) for k, (points, _) in enumerate(read_so) if points >= top - _UNSOUND]
    if len(near) == 1:
        return read_so[near[0][1]][1]
    sound = {k: soundness(read_so[k][1]) for _, k in near}
    for points, k in near:
        if not sound[k].plausible:
            read_so[k] = (points - _UNSOUND, read_so[k][1])
    best = max(range(len(read_so)), key=lambda k: (read_so[k][0], -k))
    points, choice = read_so[best]
    rivals = [points - read_so[k][0] for k in sound if best in sound and sound[k].differs(sound[best])]
    return replace(choice, lead=min(rivals, default=math.inf))


def _draft(model: Model, text: str, formulator: str, sure: float) -> Draft:
    page = assemble(outline(model, text), text)
    page.assumptions.extend(model.doubts)
    questions = [
        Question(
            text=f"what does {text[token.start : token.end]!r} mean in this problem?",
            default="it is left out",
            span=Span(start=token.start, end=token.end),
        )
        for token in model.reading.unused
        if not excused(token)
    ]
    unread = tuple(Span(start=place.start, end=place.end) for place in model.unmatched)
    questions.extend(
        Question(
            text=f"what does this limit: {text[span.start : span.end][:120]!r}?", default="it is left out", span=span
        )
        for span in unread
    )
    draft = page.draft(sure, formulator)
    return draft.model_copy(update={"questions": tuple(questions), "unread": unread})
