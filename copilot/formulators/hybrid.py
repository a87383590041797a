"""The embedded formulator and a language model, as independent readers of one text.

The language model is asked only where something speaks against the embedded reading: it refused, is unsure, left
numbers out, or has no optimum. Whoever agrees by proof is believed first; where readers disagree, a plan that tells
their readings apart becomes a question. Without an endpoint the embedded reading stands, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from copilot.formulators.attached import filled, read_attached
from copilot.formulators.doubts.audit import scarce_numbers, unused_numbers
from copilot.formulators.doubts.mismatch import BROKEN
from copilot.formulators.doubts.questioning import QUESTIONED, mismatches, questioned
from copilot.formulators.draft import Cost, Draft, FormulationRefused, Formulator, Question
from copilot.formulators.llm import CONFIDENCE, LLMFormulator
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.tables import schema_of
from copilot.formulators.voting import Candidate, Vote, candidate, difference, vote
from copilot.providers import EndpointError
from equivalence.words import number, point_in_words

if TYPE_CHECKING:
    import pandas as pd

#: From this confidence on, and without a flag, the embedded reading is not questioned.
TRUSTED = 0.75
#: How much a voice counts: an embedded reading as much as it is sure of itself, a model's reading, which knows less of
#: that, this share of it, and readings without an optimum hardly at all. What speaks against a reading has lowered its
#: confidence, and is not counted again. Measured with benchmarks/formulators.py.
MODEL_WEIGHT, WITHOUT_OPTIMUM, UNSOUND = 0.15, 0.05, 0.01
#: Texts without an optimum are rare, but a sure reading without a flag that says so is right more often than not.
SURELY_WITHOUT_OPTIMUM = 0.6
#: Confidence in readings that independent formulators agree on, by proof and by their optimal value.
PROVED, TESTED = 0.97, 0.9
#: Confidence in what one reader says against another, as a share of its own, and in readings of the model alone.
DISPUTED, ALONE, TOGETHER = 0.8, 0.3, 0.45
#: How the model's further readings vary from the first one.
TEMPERATURE = 0.7
_OFFLINE, _MODEL = "embedded", "model"


@dataclass(frozen=True)
class HybridFormulator:
    """Drafts with the embedded formulator, and with the model where that is unsure.

    candidates: how many readings the model is asked for, at most. insists: whether a failing endpoint is an error
    instead of a remark, as a measurement wants it.
    """

    model: LLMFormulator
    candidates: int = 3
    trusted: float = TRUSTED
    insists: bool = False
    offline: Formulator = field(default_factory=OfflineFormulator)

    name: ClassVar[str] = "hybrid"

    def formulate(
        self,
        text: str,
        *,
        frames: Mapping[str, pd.DataFrame] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Draft:
        """The draft that most speaks for. With ``frames``, tables that hold its data, every reader's draft is filled
        from them before the vote.

        Raises FormulationRefused where no reader finds one, EndpointError where the only one left does not answer.
        """
        refusal: FormulationRefused | None = None
        embedded: Candidate | None = None
        try:
            read = read_attached(self.offline, text, frames) if frames else self.offline.formulate(text)
            embedded = candidate(read, _OFFLINE, 0.0)
        except FormulationRefused as error:
            refusal = error
        flags = flags_of(text, embedded, trusted=self.trusted)
        if embedded is not None:
            if not flags:
                return _named(embedded.draft, self.name)
            embedded = replace(embedded, weight=_weight(embedded, surely=len(flags) == 1))
        try:
            found = self._asked(text, embedded, frames, on_text)
        except EndpointError as error:
            if self.insists:
                raise
            if embedded is None:
                message = f"{error}\nThe embedded formulator cannot read the text either: {refusal}"
                raise EndpointError(error.kind, message) from None
            return _unasked(embedded.draft, flags, str(error), self.name)
        except FormulationRefused as error:
            assert refusal is not None  # the embedded reading would have been found
            message = f"{refusal}\nThe language model gave no formulation either: {error}"
            raise FormulationRefused(message, spans=refusal.spans, partial=refusal.partial) from None
        return with_agreement(vote(found), flags, self.name)

    def _asked(
        self,
        text: str,
        embedded: Candidate | None,
        frames: Mapping[str, pd.DataFrame] | None,
        on_text: Callable[[str], None] | None,
    ) -> list[Candidate]:
        """The embedded reading, if there is one, and the model's, until two agree by proof or all are asked.

        Raises FormulationRefused if there is none, EndpointError if no reply came at all.
        """
        found = [] if embedded is None else [embedded]
        refusal: FormulationRefused | None = None
        schema = schema_of(frames or {})
        for turn in range(self.candidates):
            asking = self.model
            if turn:
                seed = None if asking.seed is None else asking.seed + turn
                asking = replace(asking, temperature=TEMPERATURE, seed=seed, variant=asking.variant + turn)
            try:
                draft = questioned(filled(asking.formulate(text, data_schema=schema, on_text=on_text), frames or {}))
            except FormulationRefused as error:
                refusal = error
                continue
            except EndpointError:
                if turn == 0:
                    raise
                break
            read = candidate(draft, _MODEL, 0.0)
            found.append(replace(read, weight=_model_weight(read)))
            if turn + 1 < self.candidates and len(vote(found).proved) > 1 and _settled(found):
                break
        if refusal is not None and not found:
            raise refusal
        return found


def flags_of(text: str, embedded: Candidate | None, *, trusted: float = TRUSTED) -> tuple[str, ...]:
    """What speaks against the embedded reading, in words; empty if nothing does."""
    if embedded is None:
        return ("the embedded formulator cannot read it",)
    found = []
    draft = embedded.draft
    if embedded.program is None:
        found.append("the embedded reading has errors")
    if embedded.status is not None and embedded.status.words:
        found.append(f"the embedded reading is {embedded.status.words}")
    if draft.confidence < trusted:
        found.append(f"the embedded formulator is unsure ({draft.confidence:.0%})")
    if unused := unused_numbers(text, draft.document):
        found.append(f"numbers not used: {', '.join(text[span.start : span.end] for span in unused)}")
    against = () if embedded.program is None else mismatches(text, draft.document, embedded.program)
    return (*found, *scarce_numbers(text, draft.document), *map(str, against))


def _weight(embedded: Candidate, *, surely: bool) -> float:
    """``surely``: whether nothing speaks against the embedded reading but that it has no optimum."""
    if embedded.program is None:
        return UNSOUND
    weight = max(embedded.draft.confidence, UNSOUND)
    if embedded.status is not None and embedded.status.words:
        return weight * (SURELY_WITHOUT_OPTIMUM if surely else WITHOUT_OPTIMUM)
    return weight


def _model_weight(read: Candidate) -> float:
    if read.program is None:
        return UNSOUND
    weight = MODEL_WEIGHT * read.draft.confidence / CONFIDENCE[0]
    return weight * (WITHOUT_OPTIMUM if read.value is None else 1.0)


def _settled(found: Sequence[Candidate]) -> bool:
    """Whether the winners by proof outweigh everything that could still be said."""
    decided = vote(found)
    sources = {one.source for one in decided.proved}
    return len(sources) > 1 or len(decided.proved) > 2


def with_agreement(decided: Vote, flags: tuple[str, ...], name: str) -> Draft:
    """The winner's draft with what the others say to it."""
    winner = decided.candidates[decided.winner]
    confidence, agreement = _agreement(decided, winner)
    question = _question(decided, winner)
    draft = winner.draft
    readers = f"asked a language model because {'; '.join(flags)}" if flags else ""
    return draft.model_copy(
        update={
            "assumptions": (*([readers] if readers else []), *draft.assumptions),
            "questions": (*([question] if question else []), *draft.questions),
            "confidence": confidence,
            "agreement": agreement,
            "cost": _total([one.draft.cost for one in decided.candidates if one.draft.cost is not None]),
            "formulator": f"{name}:{draft.formulator}",
        }
    )


def _agreement(decided: Vote, winner: Candidate) -> tuple[float, str]:
    """How sure one may be of the winner, and why in words."""
    asked = len(decided.candidates)
    kept = QUESTIONED if BROKEN in winner.draft.doubts else 1.0
    for agreeing, sureness, word in ((decided.proved, PROVED, "proved"), (decided.tested, TESTED, "tested")):
        sources = {one.source for one in agreeing}
        how = (
            "the same optimum, by equivalence" if word == "proved" else "the same optimal value, equivalence not proved"
        )
        if len(sources) > 1:
            return sureness * kept, f"two independent formulators agree: {word} ({how})"
        if len(agreeing) > 1:
            share = len(agreeing) / asked
            together = (TOGETHER * share + ALONE * (1 - share)) * kept
            return together, f"{len(agreeing)} of {asked} readings agree: {word} ({how})"
    if asked == 1:
        own = winner.draft.confidence if winner.source == _OFFLINE else ALONE * winner.draft.confidence
        return own, "unverified: there is one reading only"
    own = winner.draft.confidence * DISPUTED if winner.source == _OFFLINE else ALONE * winner.draft.confidence
    who = "embedded formulator" if winner.source == _OFFLINE else "language model"
    together = max((len(camp.members) for camp in decided.camps[1:]), default=1)
    others = "no two agree" if together < 2 else f"{together} agree with each other, but not with this one"
    return own, f"unverified: {asked} readings, and {others}; this is the {who}'s"


def _question(decided: Vote, winner: Candidate) -> Question | None:
    """The plan that tells the winner from the next camp, as something to answer."""
    place = decided.runner_up
    if place is None or winner.program is None:
        return None
    other = decided.candidates[place]
    assert other.program is not None
    who = {_OFFLINE: "the embedded formulator", _MODEL: "a language model"}
    values = [_value(one) for one in (winner, other)]
    found = difference(winner.program, other.program)
    if found is None:
        return Question(
            text=f"Two readings differ: {who[other.source]} reads it with the optimum {values[1]}. Which one is meant?",
            default=f"the reading of {who[winner.source]}, with the optimum {values[0]}",
        )
    witness = found.witness
    plan = point_in_words(witness.point if found.allowed_by_first else witness.mapped)
    forbidding = f"'{witness.violated}' (missed by {number(witness.amount)})"
    if found.allowed_by_first:
        default = f"yes, it is allowed here; {who[other.source]} forbids it by {forbidding}"
    else:
        default = f"no, it is forbidden here by {forbidding}; {who[other.source]} allows it"
    return Question(text=f"May a plan with {plan} be allowed?", default=default)


def _value(one: Candidate) -> str:
    if one.value is None:
        return one.status.words if one.status is not None and one.status.words else "unknown"
    return f"{one.value:.6g}"


def _total(costs: Sequence[Cost]) -> Cost | None:
    """The costs together; None if there are none."""
    if not costs:
        return None
    prompt = [cost.prompt_tokens for cost in costs if cost.prompt_tokens is not None]
    written = [cost.completion_tokens for cost in costs if cost.completion_tokens is not None]
    return Cost(
        replies=sum(cost.replies for cost in costs),
        replayed=sum(cost.replayed for cost in costs),
        prompt_tokens=sum(prompt) if prompt else None,
        completion_tokens=sum(written) if written else None,
        seconds=sum(cost.seconds for cost in costs),
        money=sum(cost.money for cost in costs),
    )


def _named(draft: Draft, name: str) -> Draft:
    return draft.model_copy(update={"formulator": f"{name}:{draft.formulator}"})


def _unasked(draft: Draft, flags: Sequence[str], problem: str, name: str) -> Draft:
    """The embedded draft with why nobody else was heard."""
    told = f"the embedded formulator's reading alone ({'; '.join(flags)}), for the language model failed: {problem}"
    return _named(draft.model_copy(update={"assumptions": (told, *draft.assumptions)}), name)
