"""The offline formulator: problem text to a Draft, without network, key or weights, always the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from copilot.formulators.draft import Draft, FormulationRefused, Question, Span

from .assembly import assemble, excused
from .candidates import candidates
from .confidence import confidence
from .coverings import covering
from .model import Model, resolve
from .reading import read
from .shapes import shape
from .soundness import soundness
from .tables import Table, readings, tables
from .tabular import all_tables, item_table, tabular
from .tokens import Sentence, clean, sentences, tokenize
from .trades import trade

_LONGEST_TEXT = 60_000
_MOST_TOKENS = 6_000
#: Confidence in a problem that reads like a known textbook family.
_TEXTBOOK = 0.8
#: Below this confidence, a table of items read on its own may know better.
_DOUBTFUL = 0.45
#: Points that a reading loses where its problem has no optimum, or where doing nothing is one.
_UNSOUND = 2.5


class OfflineFormulator:
    """Reads optimization word problems by rules: every element of the draft points at the words it came from."""

    name: ClassVar[str] = "offline"

    def formulate(self, text: str) -> Draft:
        """The best reading of the text. Raises FormulationRefused where it finds no decisions or no objective."""
        if len(text) > _LONGEST_TEXT:
            raise FormulationRefused(
                f"the text has {len(text)} characters; this formulator reads one problem of at most {_LONGEST_TEXT}. "
                "Give one problem at a time, and long tables as data files."
            )
        cleaned = clean(text)
        prose, found = tables(cleaned)
        tokens = tokenize(prose)
        if len(tokens) > _MOST_TOKENS:
            raise FormulationRefused(
                f"the text has {len(tokens)} words and numbers; this formulator reads at most {_MOST_TOKENS}. "
                "Give one problem at a time, and long tables as data files."
            )
        recorded = tabular(text, self.name)
        if recorded is not None:
            return recorded
        known = shape(cleaned, text) or trade(cleaned, text)
        if known is not None:
            return known.draft(_TEXTBOOK, self.name)
        covered = covering(prose, found, text, self.name)
        if covered is not None:
            return covered
        parts = sentences(tokens, prose)
        choice = choose(parts, found)
        listed, more = all_tables(text)
        if len(more) > len(found):
            other = choose(sentences(tokenize(listed), listed), more)
            if other is not None and (choice is None or other.confidence >= choice.confidence):
                choice = other
        if choice is None or choice.confidence < _DOUBTFUL:
            told = item_table(text, self.name)
            if told is not None and (choice is None or told.confidence > choice.confidence):
                return told
        if choice is None:
            raise _refusal(parts, cleaned)
        return _draft(choice, text)


@dataclass(frozen=True, slots=True)
class Choice:
    """The reading chosen, and how many points it is ahead of the next list of decisions."""

    model: Model
    lead: float

    @property
    def confidence(self) -> float:
        return confidence(self.model, self.lead)


def choose(parts: tuple[Sentence, ...], found: tuple[Table, ...]) -> Choice | None:
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
    if len(near) > 1:
        for points, k in near:
            if not soundness(read_so[k][1]).plausible:
                read_so[k] = (points - _UNSOUND, read_so[k][1])
    best = max(range(len(read_so)), key=lambda k: (read_so[k][0], -k))
    others = [points for k, (points, _) in enumerate(read_so) if k != best]
    lead = read_so[best][0] - max(others) if others else 99.0
    return Choice(read_so[best][1], lead)


def _refusal(parts: tuple[Sentence, ...], text: str) -> FormulationRefused:
    if not parts or not any(token.is_number for part in parts for token in part.tokens):
        return FormulationRefused(
            "there is no number in the text, so there is nothing to optimize with; say what each choice costs or "
            "brings, what is limited, and what to maximize or minimize"
        )
    last = parts[-1]
    if not candidates(parts):
        return FormulationRefused(
            'no list of things to decide about was found; name them together once ("chairs and tables") and give '
            f"the figures for each. Last sentence read: {text[last.start : last.end][:160]!r}",
            spans=(Span(start=last.start, end=last.end),),
        )
    return FormulationRefused(
        'no objective was found; say what to maximize or minimize ("maximize the total profit"). Last sentence '
        f"read: {text[last.start : last.end][:160]!r}",
        spans=(Span(start=last.start, end=last.end),),
    )


def _draft(choice: Choice, text: str) -> Draft:
    model = choice.model
    assembled = assemble(model, text)
    members = [entity.label for entity in model.reading.decisions.entities]
    assumptions = [f"the decisions are: {', '.join(members)}"]
    if assembled.domain == "integer":
        assumptions.append(f"{', '.join(members)}: whole numbers only")
    if any(row.strict for row in model.rows):
        assumptions.append('"more than" and "less than" are strict: at least one unit more or less')
    assumptions.extend(model.doubts)
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
    return Draft(
        document=assembled.document,
        assumptions=tuple(assumptions),
        questions=tuple(questions),
        spans=assembled.spans,
        unread=unread,
        confidence=choice.confidence,
        formulator=OfflineFormulator.name,
    )
