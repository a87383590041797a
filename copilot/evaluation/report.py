"""A run as a table for the terminal and as a Markdown page with every sample that is not right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copilot.evaluation.figures import Scored, selective, surest
from copilot.evaluation.intervals import Share, median
from copilot.evaluation.outcome import Stage
from copilot.evaluation.rules import RULES
from copilot.evaluation.runner import Run

STAGE_WORDS = {
    Stage.REFUSED: "refused",
    Stage.INVALID: "formulation with errors",
    Stage.UNSOLVED: "not solved",
    Stage.EXECUTED: "wrong value",
    Stage.TIMED_OUT: "timed out",
    Stage.CRASHED: "crashed",
    Stage.ENDPOINT: "no reply",
}
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of accuracies; ``rules`` in the order of ``RULES``."""

    name: str
    rules: tuple[Share, ...]
    validity: Share
    execution: Share
    refused: int
    seconds: float
    tokens: float | None


def rows(run: Run) -> tuple[Row, ...]:
    """All samples, each data set if there are several, and each kind if there are several."""
    datasets = [entry.name for entry in run.header.data]
    kinds = sorted({entry.outcome.kind for entry in run.scored})
    found = [_row("all", run.scored)]
    if len(datasets) > 1:
        found += [_row(name, [entry for entry in run.scored if entry.outcome.dataset == name]) for name in datasets]
    if len(kinds) > 1:
        found += [_row(kind, [entry for entry in run.scored if entry.outcome.kind == kind]) for kind in kinds]
    return tuple(found)


def _row(name: str, scored: Sequence[Scored]) -> Row:
    counted = [(entry.outcome.prompt_tokens, entry.outcome.completion_tokens) for entry in scored]
    tokens = [(prompt or 0) + (written or 0) for prompt, written in counted if (prompt, written) != (None, None)]
    shares = []
    for rule in RULES:
        verdicts = [verdict for entry in scored if (verdict := entry.verdicts[rule]) is not None]
        shares.append(Share(sum(verdicts), len(verdicts)))
    return Row(
        name=name,
        rules=tuple(shares),
        validity=Share(sum(entry.outcome.formulated for entry in scored), len(scored)),
        execution=Share(sum(entry.outcome.stage is Stage.EXECUTED for entry in scored), len(scored)),
        refused=sum(entry.outcome.stage is Stage.REFUSED for entry in scored),
        seconds=median([entry.outcome.seconds for entry in scored]),
        tokens=sum(tokens) / len(scored) if tokens else None,
    )


def percent(share: Share) -> str:
    return "–" if share.value is None else f"{100 * share.value:.1f} %"


def between(share: Share) -> str:
    low, high = share.interval
    return "" if share.n == 0 else f"{100 * low:.1f}–{100 * high:.1f}"


def misses(run: Run) -> tuple[Scored, ...]:
    """The samples that are not right by the headline rule, the surest first: they are the worst."""
    wrong = [entry for entry in run.scored if not entry.right]
    return tuple(sorted(wrong, key=lambda entry: -entry.outcome.confidence))


def verdict(entry: Scored) -> str:
    """Why a sample is not right, in two words."""
    if entry.outcome.stage is Stage.EXECUTED and entry.outcome.value is None:
        return "wrong status"
    return STAGE_WORDS[entry.outcome.stage]


def label(entry: Scored) -> str:
    """What the data set gives as the answer."""
    target = entry.sample.target
    if target.answer is None:
        return target.status or "none"
    return " or ".join(number(value) for value in (target.answer, *target.alternatives))


def result(entry: Scored) -> str:
    """What came out."""
    outcome = entry.outcome
    if outcome.value is not None:
        return number(outcome.value)
    return STAGE_WORDS[outcome.stage] if outcome.termination is None else outcome.termination.value.replace("_", " ")


def number(value: float) -> str:
    return f"{value + 0.0:.10g}"  # without a negative zero


def facts(run: Run) -> tuple[tuple[str, str], ...]:
    """What a reader needs to repeat the run."""
    header = run.header
    data = ", ".join(f"{entry.name} ({entry.n} samples, sha256 {entry.sha256[:16]})" for entry in header.data)
    told = {
        "formulator": header.formulator,
        "model": " at ".join(filter(None, (header.model, header.provider))),
        "version": f"{header.version} {header.commit}".strip(),
        "asking": header.asking,
        "seed": str(header.seed),
        "limits": f"{header.solve_limit:g} s a solve, {header.sample_limit:g} s a sample",
        "data": data,
        "begun": header.created,
    }
    return tuple((name, value) for name, value in told.items() if value)


def surest_half(run: Run) -> Share:
    return surest(run.scored, len(run.scored) // 2)


def coverage(run: Run) -> tuple[tuple[float, float | None], ...]:
    """Accuracy among the most confident, by the share of samples that they are."""
    curve = selective(run.scored)["curve"]
    assert isinstance(curve, list)
    return tuple((point["coverage"], point["accuracy"]) for point in curve)


def cost(run: Run) -> str:
    """Tokens that were read and written, and what they cost; empty where no language model was asked."""
    outcomes = [entry.outcome for entry in run.scored]
    tokens = sum((one.prompt_tokens or 0) + (one.completion_tokens or 0) for one in outcomes)
    money = sum(one.money for one in outcomes)
    return ", ".join(filter(None, (f"{tokens:,} tokens" if tokens else "", f"{money:,.4g} paid" if money else "")))


def table(run: Run) -> str:
    """The figures as text."""
    found = rows(run)
    width = max(len(row.name) for row in found)
    lines = [f"{'':{width}}     n   {'right':>7} {'95 %':>10}   strict  OptiBench   valid    runs  refused  seconds"]
    for row in found:
        headline, strict, original = row.rules
        lines.append(
            f"{row.name:{width}} {headline.n:5d}   {percent(headline):>7} {between(headline):>10}  {percent(strict):>7}"
            f"    {percent(original):>7} {percent(row.validity):>7} {percent(row.execution):>7}  {row.refused:7d}"
            f"  {row.seconds:7.3f}"
        )
    half = surest_half(run)
    lines.append(f"surest half: {percent(half)} of {half.n} right ({between(half)})")
    lines += [f"{name}: {value}" for name, value in facts(run)]
    return "\n".join(lines)


def markdown_report(run: Run) -> str:
    """The figures and every miss, in Markdown."""
    return "\n".join([*_markdown_figures(run), *(line for entry in misses(run) for line in _markdown_miss(entry))])


def _markdown_figures(run: Run) -> Iterator[str]:
    yield "# Evaluation\n"
    yield from (f"- {name}: {_inline(value)}" for name, value in facts(run))
    yield "\n| | n | right | 95 % | strict 1e-6 | original OptiBench | valid | runs | refused | seconds | tokens |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows(run):
        headline, strict, original = row.rules
        cells = (
            _inline(row.name), str(headline.n), percent(headline), between(headline), percent(strict),
            percent(original), percent(row.validity), percent(row.execution), str(row.refused), f"{row.seconds:.3f}",
            "–" if row.tokens is None else f"{row.tokens:.0f}",
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    half = surest_half(run)
    yield f"\nAmong the most confident half, {percent(half)} of {half.n} are right ({between(half)}).\n"
    yield "| most confident | right |\n|--:|--:|"
    for share, accuracy in coverage(run):
        yield f"| {100 * share:.0f} % | {'–' if accuracy is None else f'{100 * accuracy:.1f} %'} |"
    yield f"\n## Not right: {len(misses(run))}\n"


def _markdown_miss(entry: Scored) -> Iterator[str]:
    outcome = entry.outcome
    yield f"### {_inline(outcome.id)}\n"
    yield f"{_inline(outcome.kind)} · {verdict(entry)} · confidence {outcome.confidence:.2f}\n"
    yield f"Value **{_inline(result(entry))}**, label **{_inline(label(entry))}**\n"
    yield _fenced(entry.sample.question)
    if outcome.notation:
        yield _fenced(outcome.notation)
    if outcome.findings:
        yield _fenced("\n".join(outcome.findings))


def _inline(text: str) -> str:
    """Text that cannot become markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#&~$])", r"\\\1", " ".join(text.split()))


def _fenced(text: str) -> str:
    """A block that nothing inside can close."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shortened(text).rstrip()}\n{fence}\n"


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… ({len(text) - _LONGEST} more characters)"
