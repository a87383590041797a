"""Where to stand: the point that is near to several places, and the way over two kinds of ground."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Sheet

from .extents import extents, others

_NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
_LENGTH = r"(?:miles?|mi|kilomet(?:er|re)s?|km|met(?:er|re)s?|m|feet|foot|ft|yards?)\b"
_POINT = re.compile(rf"\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)")
_SPEED = re.compile(
    rf"({_NUMBER})\s*(?:mph\b|km/h\b|kmh\b|m/s\b|ft/s\b|{_LENGTH}\s*(?:per|an|a|each|/)\s*(?:hour|h|second|s|minute|min)\b)"
)
_ACROSS = re.compile(r"\b(?:under\s?water|water|swim\w*|row\w*|sea|lake|underground|offroad|off-road|woods?|forest"
                     r"|sand|desert|field|grass|marsh|paddl\w*)\b")  # fmt: skip
_ALONG = re.compile(r"\b(?:land|shore|run\w*|walk\w*|beach|road|jog\w*|bik\w*|driv\w*|cycl\w*|overland|coast|bank"
                    r"|highway|path|ground)\b")  # fmt: skip
_LINE = (
    r"(?:the |a |any |\w+'s )?(?:straight |nearest |long )*(?:shore\w*|coast\w*|beach|bank|road|highway|main road|"
    r"pipeline|track)"
)
_APART = re.compile(
    r"\W*(?:(?:away|directly|due|straight|out)\s+)*(?:off\b|offshore|wide\b|out (?:at|to) sea|inland"
    rf"|from (?:the |a )?(?:nearest point|closest point)|from {_LINE}|(?:north|south|east|west|inland|out) (?:of|from) "
    rf"{_LINE}"
    r"|in a straight line out)"
)


@dataclass(frozen=True, slots=True)
class _Rate:
    """A cost or a speed of the way, and where its words begin and end."""

    figure: Figure
    start: int
    end: int


def place(low: str, original: str) -> Sheet | None:
    """The sheet of a question where to stand, or None."""
    return crossing(low, original) or meeting(low, original)


# --- two kinds of ground -----------------------------------------------------------------------------------------


def crossing(low: str, original: str) -> Sheet | None:
    """A straight way to a line and then along it, at two costs or two speeds."""
    found = extents(low)
    speeds = [_Rate(_figure(match, 1), match.start(), match.end()) for match in _SPEED.finditer(low)]
    costs = [_Rate(one.figure, one.figure.start, one.figure.end) for one in found if one.price and one.power == 1]
    if (len(costs), len(speeds)) not in ((2, 0), (0, 2)):
        return None
    rates = costs or speeds
    ground = _grounds(low, rates)
    lengths = [
        one
        for one in found
        if one.power == 1 and not one.price and not any(r.start <= one.figure.start < r.end for r in speeds)
    ]
    if ground is None or len(lengths) != 2 or others(low, found):
        return None
    apart = [one for one in lengths if _APART.match(low, _unit_end(low, one.figure.end))]
    if len(apart) != 1:
        return None
    off, down = apart[0], lengths[1 - lengths.index(apart[0])]
    kind = "cost" if costs else "speed"
    sheet = Sheet(original)
    away = sheet.parameter("distance_from_line", off.figure)
    far = sheet.parameter("distance_along_line", down.figure)
    first = sheet.parameter(f"{kind}_across", rates[ground[0]].figure)
    second = sheet.parameter(f"{kind}_along", rates[ground[1]].figure)
    point = sheet.variable("point", "where the line is met, from the point of it nearest by", upper=far)
    slanted, straight = f"sqrt({away}**2 + {point}**2)", f"({far} - {point})"
    if kind == "cost":
        sheet.aim("minimize", "total_cost", f"{first}*{slanted} + {second}*{straight}")
    else:
        sheet.aim("minimize", "total_time", f"{slanted}/{first} + {straight}/{second}")
    return sheet


def _unit_end(low: str, end: int) -> int:
    """Where the unit behind a figure ends."""
    unit = re.compile(rf"[\s-]*{_LENGTH}").match(low, end)
    return unit.end() if unit is not None else end


def _grounds(low: str, rates: Sequence[_Rate]) -> tuple[int, int] | None:
    """Which of the rates holds across and which along: said before each of them, or behind each."""
    begin = max(low.rfind(". ", 0, rates[0].start), low.rfind("; ", 0, rates[0].start), 0)
    end = next((k for k in (low.find(". ", rates[1].end),) if k >= 0), len(low))
    between = low[rates[0].end : rates[1].start]
    before, behind = (low[begin : rates[0].start], between), (between, low[rates[1].end : end])
    orders: list[tuple[int, int]] = []
    for parts in (before, behind):
        kinds = [(bool(_ACROSS.search(part)), bool(_ALONG.search(part))) for part in parts]
        if kinds == [(True, False), (False, True)]:
            orders.append((0, 1))
        if kinds == [(False, True), (True, False)]:
            orders.append((1, 0))
    if len(set(orders)) > 1 and all(re.match(r"\s*(?:in|on|under|over|through|across)\b", part) for part in behind):
        # "walks 2 mph in the desert and 4 mph on the road": the ground behind a rate outweighs the manner before it.
        return orders[1]
    return orders[0] if orders else None


def _figure(match: re.Match[str], group: int | str) -> Figure:
    return Figure(float(match[group].replace(",", "")), match.start(group), match.end(group))


# --- near to several places --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    x: Figure
    y: Figure
    weight: Figure | None = None


def meeting(low: str, original: str) -> Sheet | None:
    """The point with the least sum of distances, weighted or not, squared or not, to the places with coordinates."""
    if "distance" not in low or not re.search(r"minim|\bleast\b|small|lowest|shortest", low):
        return None
    found = [Site(_figure(match, 1), _figure(match, 2)) for match in _POINT.finditer(low)]
    rest = _POINT.sub(" ", low)
    if len(found) < 2:
        found, rest = _listed(low)
    if len(found) < 2 or re.search(r"\d", rest) or re.search(r"cover|capacit|open|assign|route|tour", rest):
        return None
    sheet = Sheet(original)
    xs, ys = [site.x.value for site in found], [site.y.value for site in found]
    x = sheet.variable("x", "first coordinate", lower=f"{min(xs):g}", upper=f"{max(xs):g}")
    y = sheet.variable("y", "second coordinate", lower=f"{min(ys):g}", upper=f"{max(ys):g}")
    terms = []
    for k, site in enumerate(found, 1):
        dx = f"({x} - {sheet.parameter(f'x_{k}', site.x)})"
        dy = f"({y} - {sheet.parameter(f'y_{k}', site.y)})"
        if re.search(r"rectilinear|manhattan|right-angle|along (?:the )?streets", low):
            length = f"(abs{dx} + abs{dy})"
        else:
            squares = f"{dx}**2 + {dy}**2"
            length = f"({squares})" if re.search(r"\bsquared\b|\bsquares of", low) else f"sqrt({squares})"
        weight = f"{sheet.parameter(f'weight_{k}', site.weight)}*" if site.weight is not None else ""
        terms.append(f"{weight}{length}")
    if re.search(r"(?:largest|longest|greatest|maximum|farthest) (?:\w+ )?distance", low):
        most = sheet.variable("longest", "the longest of the distances")
        for k, term in enumerate(terms, 1):
            sheet.constraint(f"within_{k}", f"{term} <= {most}")
        sheet.aim("minimize", "longest_distance", most)
    else:
        sheet.aim("minimize", "total_distance", " + ".join(terms))
    return sheet


def _listed(low: str) -> tuple[list[Site], str]:
    """The sites of a table with columns x and y, and the text without it."""
    lines = list(re.finditer(r"(?m)^[ \t]*\|.*\|[ \t]*$", low))
    if len(lines) < 3:
        return [], low
    cells = [
        [
            (m[0].strip(), line.start() + m.end() - len(m[0].lstrip()))
            for m in re.finditer(r"(?<=\|)[^|]*(?=\|)", line[0])
        ]
        for line in lines
    ]
    head = [name for name, _ in cells[0]]
    across = next((k for k, name in enumerate(head) if re.fullmatch(r"x\b.*", name)), None)
    up = next((k for k, name in enumerate(head) if re.fullmatch(r"y\b.*", name)), None)
    if across is None or up is None or len(head) not in (3, 4):
        return [], low
    more = [k for k in range(1, len(head)) if k not in (across, up)]
    sites: list[Site] = []
    for row in cells[1:]:
        figures = [_cell(cell) for cell in row]
        if len(row) != len(head) or all(figure is None for figure in figures[1:]):
            continue
        x, y, weight = figures[across], figures[up], figures[more[0]] if more else None
        if x is None or y is None or (more and weight is None):
            return [], low
        sites.append(Site(x, y, weight))
    return sites, low[: lines[0].start()] + low[lines[-1].end() :]


def _cell(cell: tuple[str, int]) -> Figure | None:
    """The figure of a cell, whose words begin at the place given with them."""
    match = re.fullmatch(_NUMBER, cell[0])
    return None if match is None else Figure(float(cell[0].replace(",", "")), cell[1], cell[1] + len(cell[0]))
