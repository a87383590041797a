"""The formulator that asks a language model, reads its reply tolerantly, and asks again about what is wrong.

What the model writes is only ever read as a formulation; nothing of it is executed, and nothing in the problem text
can change that: the text is handed over between marks, as something to formulate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from copilot.formulators.audit import scarce_numbers, sense_complaint, sources, unused_numbers
from copilot.formulators.draft import Draft, FormulationRefused, Question
from copilot.formulators.tables import TableSchema
from copilot.formulators.tolerant import Reading, read_reply
from copilot.prompts.exemplars import EXEMPLARS, exemplars_for
from copilot.prompts.notation import GUIDE, JSON_GUIDE, REPAIR, TABLES
from copilot.providers import Completion, EndpointError, EndpointProblem, Message, Provider
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
    refuses structured output is asked for the notation. repairs: how often mistakes are sent back. timeout: seconds
    for each reply.
    """

    provider: Provider
    style: Style = "notation"
    repairs: int = 2
    max_tokens: int = 2048
    temperature: float = 0.0
    seed: int | None = 0
    timeout: float = 120.0

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
        tables = tuple(data_schema or ())
        try:
            best, rounds = self._converse(text, tables, self.style, on_text)
        except EndpointError as error:
            if error.kind is not EndpointProblem.SCHEMA_REJECTED:
                raise
            best, rounds = self._converse(text, tables, "notation", on_text)
        if best.document is None:
            raise FormulationRefused(
                f"the model's reply cannot be read as a formulation ({best.mistakes[0]}): "
                "try another model, or the offline formulator"
            )
        return self._draft(text, best, rounds)

    def _converse(
        self,
        text: str,
        tables: tuple[TableSchema, ...],
        style: Style,
        on_text: Callable[[str], None] | None,
    ) -> tuple[Reading, int]:
        """The best reading, and how often mistakes were sent back; doubts about a sound one are sent back once."""
        opening = _opening(text, tables, style)
        messages = opening
        best: Reading | None = None
        fewest = (True, 0, 0)
        repairs, doubted = 0, False
        while True:
            try:
                completion = self._ask(messages, style, on_text)
            except EndpointError:
                if best is not None and best.sound:
                    return best, repairs
                raise
            reading = read_reply(completion.text, data_attached=bool(tables))
            complaints = doubts(text, reading.document) if reading.sound and not tables else ()
            faults = (reading.document is None, len(reading.mistakes), len(complaints))
            unchanged = best is not None and reading.source == best.source
            if best is None or faults < fewest:
                best, fewest = reading, faults
            done = doubted or not complaints if reading.sound else repairs == self.repairs
            if done or unchanged or not completion.finished:
                return best, repairs
            # Only the latest attempt goes back: the mistakes of earlier ones would be repeated.
            asked = Message("user", REPAIR.format(findings="\n".join(reading.mistakes or complaints)))
            messages = (*opening, Message("assistant", _shown(reading, style)), asked)
            if reading.sound:
                doubted = True
            else:
                repairs += 1

    def _ask(self, messages: Sequence[Message], style: Style, on_text: Callable[[str], None] | None) -> Completion:
        return self.provider.complete(
            messages,
            schema=document_schema() if style == "json" else None,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            seed=self.seed,
            timeout=self.timeout,
            on_text=on_text,
        )

    def _draft(self, text: str, reading: Reading, repairs: int) -> Draft:
        assert reading.document is not None
        document = reading.document.model_copy(update={"text": text})
        unused, sense = unused_numbers(text, document), sense_complaint(text, document)
        confidence = UNSOUND
        if reading.sound:
            penalty = UNUSED_PENALTY * len(unused) + (MOST_PENALTY if sense else 0.0)
            base = CONFIDENCE[min(repairs, len(CONFIDENCE) - 1)]
            confidence = max(UNSOUND, base - min(MOST_PENALTY, penalty))
        model = self.provider.model
        return Draft(
            document=document,
            assumptions=reading.assumptions,
            questions=tuple(_question(mistake) for mistake in (*reading.mistakes, *([sense] if sense else []))),
            spans=sources(text, document),
            unread=unused,
            confidence=confidence,
            formulator=f"{self.name}:{model}" if model else self.name,
        )


def doubts(text: str, document: Document | None) -> tuple[str, ...]:
    """What makes a sound formulation doubtful beside its text: numbers left out, the sense, broken counts."""
    if document is None:
        return ()
    found = [text[span.start : span.end] for span in unused_numbers(text, document)]
    leave = "leave out only what does not matter"
    unused = [f"these numbers of the problem are not used ({leave}): {', '.join(found)}"] if found else []
    sense = sense_complaint(text, document)
    broken = [finding for finding in check(document.formulation, document.data) if finding.code == "maybe-integer"]
    return (*unused, *([sense] if sense else []), *scarce_numbers(text, document), *map(render, broken))


def _shown(reading: Reading, style: Style) -> str:
    source = reading.source.strip() or "(nothing)"
    return source if style == "json" else f"```\n{source}\n```"


def _question(mistake: str) -> Question:
    first = mistake.splitlines()[0]
    return Question(text=f"Not repaired: {first}", default="left as it is; correct it in the formulation")


def _opening(text: str, tables: tuple[TableSchema, ...], style: Style) -> tuple[Message, ...]:
    """The guide, the exemplars and the problem last, so that an endpoint can keep what comes before it."""
    messages = [Message("system", JSON_GUIDE if style == "json" else GUIDE)]
    for exemplar in EXEMPLARS if tables else exemplars_for(text):
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
