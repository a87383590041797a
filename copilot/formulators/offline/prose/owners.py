"""Which decisions a figure of a clause speaks of: the run before it, the run behind it, or the one it is tied to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..words.measures import Quantity
from .entities import Decisions, Mention
from .scenes import Scene


def run_of(scene: Scene, single: Sequence[Mention]) -> list[Mention]:
    """The run of mentions joined by "and" or commas at the beginning of ``single``."""
    run = [single[0]]
    for mention in single[1:]:
        gap = scene.tokens[run[-1].last : mention.first]
        joined = bool(gap) and all(t.low in ("and", "or", ",", "the", "a", "an", "of", "bottles", "units") for t in gap)
        if not joined:
            break
        run.append(mention)
    return run


def tied(scene: Scene, number: Quantity, mention: Mention) -> bool:
    """Whether "per X", "for each X" follows the number directly."""
    gap = [token.low for token in scene.tokens[number.end : mention.first]]
    if not gap or len(gap) > 7 or {"and", ",", "while", "is", "are", "or"} & set(gap):
        return False
    if gap[0] == "to":
        return gap[-1] in ("a", "an", "one", "each", "of")
    return "per" in gap or "each" in gap or gap[0] in ("for", "on", "from", "of")


def owners(
    scene: Scene, numbers: Sequence[Quantity], single: Sequence[Mention], decisions: Decisions
) -> Iterator[tuple[Quantity, tuple[int, ...]]]:
    """Which entities each number speaks of."""
    forward = numbers[0].at < single[0].first
    runs = _groups(scene, single)
    for k, number in enumerate(numbers):
        limit = numbers[k + 1].at if k + 1 < len(numbers) else len(scene.tokens)
        before = [run for run in runs if run[0].first < number.at]
        after = [run for run in runs if run[0].first >= number.at]
        inside = [run for run in after if run[0].first < max(number.end, number.at + 1)]
        chosen: list[Mention]
        if (
            after
            and after[0][0].first < limit
            and tied(scene, number, after[0][0])
            and (forward or not before or _binds_forward(scene, number, after[0][0]))
        ) or (forward and after):
            chosen = after[0]
        elif inside and not before:
            chosen = inside[0]
        elif before:
            chosen = before[-1]
        else:
            chosen = after[0]
        entities = tuple(dict.fromkeys(m.entity for m in chosen if m.entity is not None))
        if (
            len(entities) >= 2
            and k + 1 <= len(numbers)
            and len(numbers) == len(entities)
            and chosen is runs[0]
            and len(runs) == 1
        ):
            entities = (entities[k],)
        yield number, entities


def _binds_forward(scene: Scene, number: Quantity, mention: Mention) -> bool:
    gap = [token.low for token in scene.tokens[number.end : mention.first]]
    return (
        "per" in gap
        or gap[:2] in (["for", "each"], ["on", "each"], ["from", "each"], ["for", "every"])
        or gap[:1] == ["for"]
    )


def _groups(scene: Scene, single: Sequence[Mention]) -> list[list[Mention]]:
    runs: list[list[Mention]] = []
    rest = list(single)
    while rest:
        run = run_of(scene, rest)
        runs.append(run)
        rest = rest[len(run) :]
    return runs
