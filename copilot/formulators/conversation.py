"""One problem with one language model: what is sent back until its formulation is sound, undoubted and solvable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from copilot.formulators.asking import Style, opening
from copilot.formulators.doubts.audit import scarce_numbers, unused_numbers
from copilot.formulators.doubts.backtranslation import contradictions
from copilot.formulators.doubts.mismatch import sense_mismatch
from copilot.formulators.replies.lines import code_of, notation_of
from copilot.formulators.replies.patches import patched, removals
from copilot.formulators.replies.tolerant import Reading, read_reply
from copilot.formulators.status import HAS_OPTIMUM, Status, status_of
from copilot.formulators.tables import TableSchema
from copilot.prompts.notation import PATCH, REPAIR
from copilot.providers import Completion, EndpointError, Message
from formulations.check import check, render
from formulations.formulation import Document


class Asker(Protocol):
    """Asks the model. ``free``: in a form of its own, to which nothing holds the answer. Raises EndpointError."""

    def __call__(self, messages: Sequence[Message], *, free: bool = False) -> Completion: ...


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
class Conversation:
    """One problem with one model: the opening, and what is sent back until the formulation is sound and solvable.

    Only the latest attempt goes back: the mistakes of earlier ones would be repeated.
    """

    ask: Asker
    text: str
    tables: tuple[TableSchema, ...]
    style: Style
    variant: int = 0
    repairs: int = 2
    checks_status: bool = True

    def __post_init__(self) -> None:
        self.opening = opening(self.text, self.tables, self.style, self.variant)

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
        completion = self.ask(self.opening)
        best = latest = read_reply(completion.text, data_attached=bool(self.tables))
        for repairs in range(1, self.repairs + 1):
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
        return Attempt(best, 0 if best.sound else self.repairs)

    def _without_doubts(self, best: Attempt) -> Attempt:
        """Asks once about what makes a sound formulation doubtful; what comes back counts if it is doubted less."""
        complaints = () if self.tables or not self.repairs else doubts(self.text, best.reading.document)
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
        if self.tables or not self.checks_status or document is None:
            return best
        best = replace(best, status=status_of(document))
        if not best.status.words or not self.repairs:
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
        return self.ask(messages, free=free)


def doubts(text: str, document: Document | None) -> tuple[str, ...]:
    """What makes a sound formulation doubtful beside its text: numbers left out, the sense, broken counts."""
    if document is None:
        return ()
    found = [text[span.start : span.end] for span in unused_numbers(text, document)]
    leave = "leave out only what does not matter"
    unused = [f"these numbers of the problem are not used ({leave}): {', '.join(found)}"] if found else []
    sense = sense_mismatch(text, document)
    broken = [finding for finding in check(document.formulation, document.data) if finding.code == "maybe-integer"]
    said = map(str, contradictions(text, document))
    return (*unused, *([str(sense)] if sense else []), *said, *scarce_numbers(text, document), *map(render, broken))


def _shown(reading: Reading, style: Style) -> str:
    source = reading.source.strip() or "(nothing)"
    return source if style == "json" else f"```\n{source}\n```"
