"""The figures of a run: accuracy by rule with intervals, rates, the selective curve, seconds and tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from copilot.evaluation.intervals import Share, median, quantile
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.rules import HEADLINE, RULES
from copilot.evaluation.sample import Sample

_COVERAGES = tuple(round(0.1 * tenth, 1) for tenth in range(1, 11))


@dataclass(frozen=True, slots=True)
class Scored:
    """An outcome beside its sample, judged by every rule."""

    sample: Sample
    outcome: Outcome
    verdicts: Mapping[str, bool | None]

    @property
    def right(self) -> bool:
        """By the headline rule."""
        return self.verdicts[HEADLINE] is True


def score(sample: Sample, outcome: Outcome) -> Scored:
    return Scored(sample, outcome, {name: rule(sample, outcome) for name, rule in RULES.items()})


def figures(scored: Sequence[Scored]) -> dict[str, object]:
    """Everything about a run, as plain JSON."""
    kinds = sorted({entry.outcome.kind for entry in scored})
    return {
        **_rates(scored),
        "by_kind": {kind: _rates([entry for entry in scored if entry.outcome.kind == kind]) for kind in kinds},
        "selective": selective(scored),
        "stages": {stage.value: count for stage in Stage if (count := _in_stage(scored, stage))},
    }


def _rates(scored: Sequence[Scored]) -> dict[str, object]:
    shares = {rule: _judged(scored, rule) for rule in RULES}
    validity = Share(sum(entry.outcome.formulated for entry in scored), len(scored))
    execution = Share(_in_stage(scored, Stage.EXECUTED), len(scored))
    return {
        "n": len(scored),
        "right": round(shares[HEADLINE].right),
        "accuracy": {rule: _rounded(share.value) for rule, share in shares.items()},
        "interval": {rule: _interval(share) for rule, share in shares.items()},
        "judged": {rule: share.n for rule, share in shares.items()},
        "validity": _rounded(validity.value),
        "execution": _rounded(execution.value),
        "refused": _in_stage(scored, Stage.REFUSED),
        "seconds": _seconds(scored),
        "tokens": _tokens(scored),
    }


def _judged(scored: Sequence[Scored], rule: str) -> Share:
    verdicts = [verdict for entry in scored if (verdict := entry.verdicts[rule]) is not None]
    return Share(sum(verdicts), len(verdicts))


def selective(scored: Sequence[Scored]) -> dict[str, object]:
    """Accuracy among the most confident: the surer half of all samples, that of the drafted ones, and the curve.

    Refused samples come last. Equally confident samples at the edge count in proportion, so that the order of the
    file does not matter.
    """
    drafted = [entry for entry in scored if entry.outcome.notation]
    half, half_drafted = surest(scored, len(scored) // 2), surest(drafted, len(drafted) // 2)
    curve = []
    for coverage in _COVERAGES:
        share = surest(scored, round(coverage * len(scored)))
        curve.append({"coverage": coverage, "n": share.n, "accuracy": _rounded(share.value)})
    return {
        "n": half.n,
        "accuracy": _rounded(half.value),
        "interval": _interval(half),
        "drafted_half": {
            "n": half_drafted.n,
            "accuracy": _rounded(half_drafted.value),
            "interval": _interval(half_drafted),
        },
        "curve": curve,
    }


def surest(scored: Sequence[Scored], count: int) -> Share:
    """How many of the ``count`` samples with the highest confidence are right, ties in proportion."""
    right, left = 0.0, count
    ordered = sorted(scored, key=_confidence, reverse=True)
    for _, tied in groupby(ordered, key=_confidence):
        group = list(tied)
        taken = min(left, len(group))
        right += sum(entry.right for entry in group) * taken / len(group)
        left -= taken
        if not left:
            break
    return Share(right, count - left)


def _confidence(entry: Scored) -> float:
    return entry.outcome.confidence if entry.outcome.notation else -1.0


def _in_stage(scored: Sequence[Scored], stage: Stage) -> int:
    return sum(entry.outcome.stage is stage for entry in scored)


def _seconds(scored: Sequence[Scored]) -> dict[str, float]:
    """Formulating alone, and the whole way to the verified optimum."""
    whole = [entry.outcome.seconds for entry in scored]
    drafting = [entry.outcome.formulating for entry in scored]
    told = {
        "median": median(whole),
        "p95": quantile(whole, 0.95),
        "most": max(whole, default=0.0),
        "total": sum(whole),
        "formulating_median": median(drafting),
        "formulating_most": max(drafting, default=0.0),
    }
    return {name: round(value, 4) for name, value in told.items()}


def _tokens(scored: Sequence[Scored]) -> dict[str, int | float | None]:
    """Sums, and the mean a sample; None where no endpoint counted."""
    prompt = [entry.outcome.prompt_tokens for entry in scored if entry.outcome.prompt_tokens is not None]
    written = [entry.outcome.completion_tokens for entry in scored if entry.outcome.completion_tokens is not None]
    total = sum(prompt) + sum(written)
    counted = bool(prompt or written)
    return {
        "prompt": sum(prompt) if prompt else None,
        "completion": sum(written) if written else None,
        "mean": round(total / len(scored), 1) if counted else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _interval(share: Share) -> list[float]:
    return [round(bound, 4) for bound in share.interval]
