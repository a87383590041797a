"""Why a text was not read: what is missing, what was understood, which sentences were not, and how to tell them."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.formulators.draft import Draft, FormulationRefused, Span

from ..prose.candidates import candidates
from ..prose.model import Model
from ..prose.targets import used_columns
from ..words.tokens import Sentence

#: Sentences named in a refusal, and characters of each.
_NAMED, _LONGEST = 3, 160
_NO_LIMIT = "no limit on the decisions was found"
_AIMS = ("maximi", "minimi")
#: Things to decide about that are named before the rest is counted.
_LISTED = 5


def unreadable_text(parts: Sequence[Sentence], text: str) -> FormulationRefused:
    """For a text in which no figures, nothing to decide about or no objective was found."""
    figures = [part for part in parts if any(token.is_number for token in part.tokens)]
    if not figures:
        return FormulationRefused(
            "there is no number in the text, so there is nothing to optimize with; say what each choice costs or "
            "brings, what is limited, and what to maximize or minimize"
        )
    decisions = candidates(parts)
    if not decisions:
        spans = tuple(_span(part) for part in figures[:_NAMED])
        return FormulationRefused(
            "it is not clear what can be decided: no list of things to decide about was found. These sentences could "
            f'not be read: {_quoted(text, spans)}. Name what you choose between together once ("How many chairs and '
            'tables should be made?"), and give the figures for each of them in these words',
            spans=spans,
        )
    labels = [entity.label for entity in decisions[0].entities]
    named = ", ".join(labels[:_LISTED]) + (f" and {len(labels) - _LISTED} more" if len(labels) > _LISTED else "")
    if told := [part for part in parts if any(token.low.startswith(_AIMS) for token in part.tokens)]:
        spans = (_span(told[0]),)
        return FormulationRefused(
            f"what is to be best is told ({_quoted(text, spans)}), but no figures were found for what each choice "
            f"brings or costs. It is decided, it seems, about: {named}. Give them in one sentence for each "
            '("a chair brings 30 dollars and takes 2 hours"), and name what is decided in the same words throughout',
            spans=spans,
        )
    asked = next((part for part in reversed(parts) if part.tokens and part.tokens[-1].low == "?"), parts[-1])
    spans = (_span(asked),)
    return FormulationRefused(
        f"no objective was found, so it is not clear which plan is best. It is decided, it seems, about: {named}. "
        'Add a sentence with what to maximize or minimize ("maximize the total profit"). Not read as one: '
        f"{_quoted(text, spans)}",
        spans=spans,
    )


def unreadable_figures(model: Model, text: str, *, partial: Draft) -> FormulationRefused:
    """Names the sentences with the figures that no reading explains. ``partial``: what was understood all the same."""
    spots = [token.start for token in model.reading.unused] + [place.start for place in model.unmatched]
    serving = {row.column for row in model.rows if row.column is not None} | used_columns(model.target)
    idle = [column for k, column in enumerate(model.reading.columns) if k not in serving]
    spots += [place.start for column in idle for place in column.places]
    spans = tuple(
        Span(start=scene.tokens[0].start, end=scene.tokens[-1].end)
        for scene in model.reading.scenes
        if any(scene.tokens[0].start <= spot < scene.tokens[-1].end for spot in spots)
    )
    told = f"these sentences could not be read: {_quoted(text, spans)}"
    if not spans:
        spans = tuple(
            Span(start=scene.tokens[0].start, end=scene.tokens[-1].end)
            for scene in model.reading.scenes
            if scene.quantities
        )
        told = f"{_NO_LIMIT} in {_quoted(text, spans)}"
    return FormulationRefused(
        f"{told}. Say for each figure what it belongs to, name what is decided in the same words throughout, or give "
        "the figures as a table",
        spans=spans,
        partial=partial,
    )


def unlimited(draft: Draft) -> FormulationRefused:
    """For a draft without a limit, in which doing nothing is best."""
    return FormulationRefused(
        f"{_NO_LIMIT}, so that doing nothing would be best. Say what is there at most, or needed at least "
        '("40 hours are available", "at least 20 chairs must be made")',
        spans=draft.unread,
        partial=draft,
    )


def _span(part: Sentence) -> Span:
    return Span(start=part.start, end=part.end)


def _quoted(text: str, spans: Sequence[Span]) -> str:
    return "; ".join(repr(" ".join(text[span.start : span.end].split())[:_LONGEST]) for span in spans[:_NAMED])
