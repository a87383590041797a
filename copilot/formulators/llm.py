"""The formulator that asks a language model, reads its reply tolerantly, and asks again about what is wrong.

What the model writes is only ever read as a formulation; nothing of it is executed, and nothing in the problem text
can change that: the text is handed over between marks, as something to formulate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from copilot.formulators.audit import scarce_numbers, sense_complaint, sources, unused_numbers
from copilot.formulators.backtranslation import contradictions
from copilot.formulators.draft import Cost, Draft, FormulationRefused, Question
from copilot.formulators.patches import patched, removals
from copilot.formulators.replies import code_of, notation_of
from copilot.formulators.status import HAS_OPTIMUM, Status, status_of
from copilot.formulators.tables import TableSchema
from copilot.formulators.tolerant import Reading, read_reply
from copilot.prompts.exemplars import exemplars_for, exemplars_with_sets
from copilot.prompts.grammar import NOTATION_GRAMMAR
from copilot.prompts.notation import GUIDE, JSON_GUIDE, PATCH, REPAIR, TABLES
from copilot.providers import Completion, EndpointError, EndpointProblem, Message, Provider
from copilot.providers.ledger import FREE, CountedProvider, Ledger, Prices
from formulations.check import check, render
from formulations.formulation import Document
from formulations.notation import parse_notation

Style = Literal["notation", "json"]

MAX_TEXT = 40_000
#: Confidence in a draft that was sound after so many repairs, and in one that never was.
CONFIDENCE = (0.8, 0.65, 0.5)
UNSOUND = 0.1
#: What each number that the formulation leaves unused takes away, and the most that they take.
UNUSED_PENALTY, MOST_PENALTY = 0.1, 0.4
#: Keys of a JSON schema that grammars of local servers stumble over; our own validation checks them anyway.
_SCHEMA_EXTRAS = frozenset({"pattern", "maxLength", "default", "title", "description"})


@dataclass(frozen=True)
class LLMFormulator:
    """Drafts with the model behind ``provider``.

    style: the notation, which small models follow better, or JSON in the structure of a document; an endpoint that
    refuses structured output is asked for the notation. repairs: how often mistakes are sent back. checks_status:
    whether a sound formulation without an optimum is sent back with its conflict or its ray. constrained: whether an
    endpoint that can is held to the grammar of the notation. variant: which exemplars are shown. timeout: seconds for
    each reply.
    """

    provider: Provider
    style: Style = "notation"
    repairs: int = 2
    checks_status: bool = True
    constrained: bool = True
    variant: int = 0
    max_tokens: int = 2048
    temperature: float = 0.0
    seed: int | None = 0
    timeout: float = 120.0
    prices: Prices = FREE

    name: ClassVar[str] = "llm"

    def formulate(
        self,
        text: str,
        *,
        data_schema: Sequence[TableSchema] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Draft:
        """The draft of a problem text. ``on_text`` receives the model's words as they are written.

        Raises FormulationRefused where no formulation came back, EndpointError where no reply came back.
        """
        if not text.strip():
            raise FormulationRefused("the problem text is empty: describe what is to be decided")
        if len(text) > MAX_TEXT:
            raise FormulationRefused(
                f"the problem text has {len(text)} characters, more than {MAX_TEXT}: put tables into data files"
            )
        ledger = Ledger(self.prices)
        asking = replace(self, provider=CountedProvider(self.provider, ledger))
        tables = tuple(data_schema or ())
        try:
            attempt = _Conversation(asking, text, tables, self.style, on_text).attempt()
        except EndpointError as error:
            if error.kind is not EndpointProblem.SCHEMA_REJECTED:
                raise
            attempt = _Conversation(asking, text, tables, "notation", on_text).attempt()
        document = attempt.reading.document
        if document is None or not document.formulation.variables:
            first = next(iter(attempt.reading.mistakes), "it has no variables")
            raise FormulationRefused(
                f"the model's reply cannot be read as a formulation ({first}): "
                "try another model, or the offline formulator"
            )
        return self._draft(text, attempt, cost_of(ledger))

    def ask(
        self, messages: Sequence[Message], style: Style, on_text: Callable[[str], None] | None, *, free: bool = False
    ) -> Completion:
        """The model's reply; ``free``: in a form of its own, to which no grammar holds it. Raises EndpointError."""
        constrained = self.constrained and style == "notation" and not free
        return self.provider.complete(
            messages,
            schema=document_schema() if style == "json" and not free else None,
            grammar=NOTATION_GRAMMAR if constrained else None,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            seed=self.seed,
            timeout=self.timeout,
            on_text=on_text,
        )

    def _draft(self, text: str, attempt: Attempt, cost: Cost) -> Draft:
        reading = attempt.reading
        assert reading.document is not None
        document = reading.document.model_copy(update={"text": text})
        unused, sense = unused_numbers(text, document), sense_complaint(text, document)
        said = (*([sense] if sense else []), *contradictions(text, document))
        confidence = UNSOUND
        if reading.sound and not attempt.status.words:
            penalty = UNUSED_PENALTY * len(unused) + MOST_PENALTY * len(said)
            base = CONFIDENCE[min(attempt.repairs, len(CONFIDENCE) - 1)]
            confidence = max(UNSOUND, base - min(MOST_PENALTY, penalty))
        model = self.provider.model
        open_questions = [_question(mistake) for mistake in (*reading.mistakes, *said)]
        open_questions += [attempt.status.question()] if attempt.status.words else []
        return Draft(
            document=document,
            assumptions=reading.assumptions,
            questions=tuple(open_questions),
            spans=sources(text, document),
            unread=unused,
            confidence=confidence,
            formulator=f"{self.name}:{model}" if model else self.name,
            cost=cost,
        )


def cost_of(ledger: Ledger) -> Cost:
    return Cost(
        replies=ledger.replies,
        replayed=ledger.replayed,
        prompt_tokens=ledger.prompt,
        completion_tokens=ledger.completion,
        seconds=round(ledger.seconds, 3),
        money=ledger.money,
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """A reading, how often mistakes were sent back until it, and whether it has an optimum."""

    reading: Reading
    repairs: int
    status: Status = HAS_OPTIMUM

    @property
    def faults(self) -> tuple[bool, int, bool]:
        """The less, the better."""
        return self.reading.document is None, len(self.reading.mistakes), bool(self.status.words)


@dataclass
class _Conversation:
    """One problem with one model: the opening, and what is sent back until the formulation is sound and solvable.

    Only the latest attempt goes back: the mistakes of earlier ones would be repeated.
    """

    formulator: LLMFormulator
    text: str
    tables: tuple[TableSchema, ...]
    style: Style
    on_text: Callable[[str], None] | None

    def __post_init__(self) -> None:
        self.opening = _opening(self.text, self.tables, self.style, self.formulator.variant)

    def attempt(self) -> Attempt:
        """The best attempt. A failing endpoint is raised only before there is a sound one."""
        best = self._sound()
        if not best.reading.sound:
            return best
        try:
            best = self._without_doubts(best)
            return self._solvable(best)
        except EndpointError:
            return best

    def _sound(self) -> Attempt:
        """The first reading without mistakes, else the one with the fewest."""
        completion = self.formulator.ask(self.opening, self.style, self.on_text)
        best = latest = read_reply(completion.text, data_attached=bool(self.tables))
        for repairs in range(1, self.formulator.repairs + 1):
            if latest.sound or not completion.finished:
                break
            completion = self._sent_back(latest, REPAIR.format(findings="\n".join(latest.mistakes)))
            before, latest = latest, read_reply(completion.text, data_attached=bool(self.tables))
            if (latest.document is None, len(latest.mistakes)) < (best.document is None, len(best.mistakes)):
                best = latest
            if latest.sound:
                return Attempt(latest, repairs)
            if latest.source == before.source:
                break
        return Attempt(best, 0 if best.sound else self.formulator.repairs)

    def _without_doubts(self, best: Attempt) -> Attempt:
        """Asks once about what makes a sound formulation doubtful; what comes back counts if it is doubted less."""
        complaints = () if self.tables or not self.formulator.repairs else doubts(self.text, best.reading.document)
        if not complaints:
            return best
        completion = self._sent_back(best.reading, REPAIR.format(findings="\n".join(complaints)))
        reading = read_reply(completion.text)
        if not reading.sound or len(doubts(self.text, reading.document)) >= len(complaints):
            return best
        return Attempt(reading, best.repairs)

    def _solvable(self, best: Attempt) -> Attempt:
        """Sends back a formulation without an optimum, with its conflict or ray, for patches to named elements."""
        document = best.reading.document
        if self.tables or not self.formulator.checks_status or document is None:
            return best
        best = replace(best, status=status_of(document))
        if not best.status.words or not self.formulator.repairs:
            return best
        words = PATCH.format(status=best.status.words, why=best.status.why)
        try:
            reply = self._sent_back(best.reading, words, free=True).text
        except EndpointError:
            return best
        source = best.reading.source
        if self.style == "json":
            reading = read_reply(reply)
        else:
            reading = read_reply(patched(source, notation_of(code_of(reply)), removals(reply)))
        if not reading.sound or reading.document is None:
            return best
        mended = Attempt(reading, best.repairs + 1, status_of(reading.document))
        return mended if mended.faults < best.faults else best

    def _sent_back(self, reading: Reading, words: str, *, free: bool = False) -> Completion:
        shown = Message("assistant", _shown(reading, self.style))
        messages = (*self.opening, shown, Message("user", words))
        return self.formulator.ask(messages, self.style, self.on_text, free=free)


def doubts(text: str, document: Document | None) -> tuple[str, ...]:
    """What makes a sound formulation doubtful beside its text: numbers left out, the sense, broken counts."""
    if document is None:
        return ()
    found = [text[span.start : span.end] for span in unused_numbers(text, document)]
    leave = "leave out only what does not matter"
    unused = [f"these numbers of the problem are not used ({leave}): {', '.join(found)}"] if found else []
    sense = sense_complaint(text, document)
    broken = [finding for finding in check(document.formulation, document.data) if finding.code == "maybe-integer"]
    said = contradictions(text, document)
    return (*unused, *([sense] if sense else []), *said, *scarce_numbers(text, document), *map(render, broken))


def _shown(reading: Reading, style: Style) -> str:
    source = reading.source.strip() or "(nothing)"
    return source if style == "json" else f"```\n{source}\n```"


def _question(mistake: str) -> Question:
    first = mistake.splitlines()[0]
    return Question(text=f"Not repaired: {first}", default="left as it is; correct it in the formulation")


def _opening(text: str, tables: tuple[TableSchema, ...], style: Style, variant: int) -> tuple[Message, ...]:
    """The guide, the exemplars and the problem last, so that an endpoint can keep what comes before it."""
    messages = [Message("system", JSON_GUIDE if style == "json" else GUIDE)]
    for exemplar in exemplars_with_sets() if tables else exemplars_for(text, variant):
        messages.append(Message("user", problem_between_marks(exemplar.text)))
        messages.append(Message("assistant", _as_reply(exemplar.notation, style)))
    attached = TABLES.format(tables="\n".join(table.described() for table in tables)) if tables else ""
    messages.append(Message("user", attached + problem_between_marks(text)))
    return tuple(messages)


def problem_between_marks(text: str) -> str:
    """The text between ``<problem>`` marks that nothing inside it can close."""
    inside = re.sub(r"<(?=\s*/?\s*problem\b)", "‹", text.strip(), flags=re.IGNORECASE)
    return f"<problem>\n{inside}\n</problem>"


def _as_reply(notation: str, style: Style) -> str:
    if style == "notation":
        return f"```\n{notation}```"
    document = parse_notation(notation)
    return document.model_dump_json(exclude_defaults=True)


def document_schema() -> dict[str, object]:
    """The JSON schema of a document, without what grammars of local servers cannot express."""
    schema: dict[str, object] = _bare(Document.model_json_schema())
    properties = schema["properties"]
    assert isinstance(properties, dict)
    properties.pop("text", None)
    return schema


def _bare(node: Any, *, names: bool = False) -> Any:
    """``names``: the keys of this dictionary are names of fields, which may be called like keys of a schema."""
    if isinstance(node, dict):
        return {
            key: _bare(value, names=key in ("properties", "$defs"))
            for key, value in node.items()
            if names or key not in _SCHEMA_EXTRAS
        }
    return [_bare(entry) for entry in node] if isinstance(node, list) else node
