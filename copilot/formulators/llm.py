"""The formulator that asks a language model, reads its reply tolerantly, and asks again about what is wrong.

What the model writes is only ever read as a formulation; nothing of it is executed, and nothing in the problem text
can change that: the text is handed over between marks, as something to formulate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from copilot.formulators.asking import Style, document_schema
from copilot.formulators.conversation import Attempt, Conversation
from copilot.formulators.doubts.audit import sources, unused_numbers
from copilot.formulators.draft import Cost, Draft, FormulationRefused, Question
from copilot.formulators.replies.circles import goes_in_circles
from copilot.formulators.tables import TableSchema
from copilot.prompts.grammar import NOTATION_GRAMMAR
from copilot.providers import Completion, EndpointError, EndpointProblem, Message, Provider
from copilot.providers.ledger import FREE, CountedProvider, Ledger, Prices

MAX_TEXT = 40_000
#: Confidence in a draft that was sound after so many repairs, and in one that never was.
CONFIDENCE = (0.8, 0.65, 0.5)
UNSOUND = 0.1
#: What each number that the formulation leaves unused takes away, and the most that they take.
UNUSED_PENALTY, MOST_PENALTY = 0.1, 0.4


@dataclass(frozen=True)
class LLMFormulator:
    """Drafts with the model behind ``provider``.

    style: the notation, which small models follow better, or JSON in the structure of a document; an endpoint that
    refuses structured output is asked for the notation. both_styles: whether a model that writes no formulation in one
    is asked for the other. repairs: how often mistakes are sent back. checks_status:
    whether a sound formulation without an optimum is sent back with its conflict or its ray. constrained: whether an
    endpoint that can is held to the grammar of the notation. variant: which exemplars are shown. timeout: seconds for
    each reply.
    """

    provider: Provider
    style: Style = "notation"
    both_styles: bool = False
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
        attempt = asking._attempt(text, tables, on_text)
        if not attempt.reading.is_formulation:
            first = next(iter(attempt.reading.mistakes), "it has no variables")
            raise FormulationRefused(
                f"the model's reply cannot be read as a formulation ({first}): "
                "try another model, or the offline formulator"
            )
        return self._draft(text, attempt, cost_of(ledger))

    def _attempt(self, text: str, tables: tuple[TableSchema, ...], on_text: Callable[[str], None] | None) -> Attempt:
        """What came back in the form of ``style``, else in the other one, if endpoint or model cannot follow it."""
        other: Style = "json" if self.style == "notation" else "notation"
        try:
            attempt = self._conversation(text, tables, self.style, on_text).attempt()
        except EndpointError as error:
            if error.kind is not EndpointProblem.SCHEMA_REJECTED:
                raise
            return self._conversation(text, tables, other, on_text).attempt()
        if attempt.reading.is_formulation or not self.both_styles:
            return attempt
        try:
            return self._conversation(text, tables, other, on_text).attempt()
        except EndpointError:  # what there is can be shown all the same
            return attempt

    def _conversation(
        self, text: str, tables: tuple[TableSchema, ...], style: Style, on_text: Callable[[str], None] | None
    ) -> Conversation:
        def ask(messages: Sequence[Message], *, free: bool = False) -> Completion:
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
                enough=goes_in_circles,
            )

        return Conversation(
            ask, text, tables, style, variant=self.variant, repairs=self.repairs, checks_status=self.checks_status
        )

    def _draft(self, text: str, attempt: Attempt, cost: Cost) -> Draft:
        reading = attempt.reading
        assert reading.document is not None
        document = reading.document.model_copy(update={"text": text})
        unused = unused_numbers(text, document)
        confidence = UNSOUND
        if reading.sound and not attempt.status.words:
            base = CONFIDENCE[min(attempt.repairs, len(CONFIDENCE) - 1)]
            confidence = max(UNSOUND, base - min(MOST_PENALTY, UNUSED_PENALTY * len(unused)))
        model = self.provider.model
        open_questions = [_question(mistake) for mistake in reading.mistakes]
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


def _question(mistake: str) -> Question:
    first = mistake.splitlines()[0]
    return Question(text=f"Not repaired: {first}", default="left as it is; correct it in the formulation")
