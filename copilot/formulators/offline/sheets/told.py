"""Attributes of items that stand in the prose: "chairs sell at $60, desks at $140", "$60, $140 respectively"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot.formulators.offline.words.morphology import stem

from .roster import Figure, Roster, named_attribute
from .sayings import Saying

#: "20, 15 and 9 million": the scale belongs to all.
_SCALES = (1e3, 1e6, 1e9)


def told_attributes(roster: Roster, said: Sequence[Saying]) -> list[Saying]:
    """Adds to the roster an attribute for each run of figures that gives every item one; returns the other sayings."""
    size = len(roster.items)
    left: list[Saying] = []
    at = 0
    while at < len(said):
        run = list(said[at : at + size])
        if len(run) == size and _alike(run) and _shares(run, roster):
            order = [s.items[0] for s in run] if all(len(s.items) == 1 for s in run) else list(range(size))
            figures = {
                k: Figure(s.value, s.token.start, s.token.end, s.token.percent, s.token.money)
                for k, s in zip(order, run, strict=True)
            }
            roster.attributes.append(named_attribute(_title(run, roster), figures))
            at += size
            continue
        left.append(said[at])
        at += 1
    return left


def listed_limits(roster: Roster, said: Sequence[Saying]) -> list[Saying]:
    """The sayings, those of a list joined to the columns of a family in their order: "the budgets of the years are"."""
    groups: dict[str, list[int]] = {}
    for k, attribute in enumerate(roster.attributes):
        title = attribute.title.split()
        if len(title) >= 2 and len(title[-1]) <= 2:
            groups.setdefault(stem(title[0].lower()), []).append(k)
    found = list(said)
    for head, members in groups.items():
        size = len(members)
        for at in range(len(found) - size + 1):
            run = found[at : at + size]
            plain = all(not s.items and not s.titled for s in run) and len({s.sentence for s in run}) == 1
            if (
                size < 2
                or not plain
                or any(len(s.words) > 3 for s in run[1:])
                or head not in {stem(w) for w in run[0].words}
            ):
                continue
            most = max(s.value for s in run[:-1])
            shared = next(
                (scale for scale in _SCALES if run[-1].value >= 100 * most and run[-1].value / scale <= 100 * most), 1.0
            )
            for k, saying in zip(members, run, strict=True):
                value = saying.value / (shared if saying is run[-1] else 1.0)
                found[at + members.index(k)] = replace(
                    saying, titled=(k,), token=replace(saying.token, value=value), side=saying.side or run[0].side
                )
            break
    return found


def _alike(run: Sequence[Saying]) -> bool:
    first = run[0]
    return (
        len({s.sentence for s in run}) == 1
        and all((s.token.money, s.token.percent) == (first.token.money, first.token.percent) for s in run)
        and all(s.side is None or s.plain for s in run)
        and not any(s.total or s.titled for s in run)
    )


def _shares(run: Sequence[Saying], roster: Roster) -> bool:
    """Whether each figure has its own item, or none has one and they stand in a list."""
    owners = [s.items for s in run]
    if all(len(o) == 1 for o in owners):
        return len({o[0] for o in owners}) == len(run)
    listed = all(not s.items for s in run[1:])
    short = all(len(s.words) <= 4 for s in run[1:])
    return listed and short and (not run[0].items or set(run[0].items) == set(range(len(roster.items))))


def _title(run: Sequence[Saying], roster: Roster) -> str:
    """What the figures are, by the words around the first, without the name of its item."""
    names = {stem(w) for item in roster.items for w in item.lower().split()}
    words = [w for w in run[0].words if w.isalpha() and stem(w) not in names] or ["figure"]
    unit = f" ({run[0].unit})" if run[0].unit and not run[0].token.money else ""
    return " ".join(words[:8]) + (" $" if run[0].token.money else unit)
