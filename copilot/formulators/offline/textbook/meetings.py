"""Where to stand: the point that is near to several places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.tables import Cell, tables

_POINT = re.compile(r"\(\s*(-?\d[\d,]*(?:\.\d+)?)\s*,\s*(-?\d[\d,]*(?:\.\d+)?)\s*\)")


@dataclass(frozen=True, slots=True)
class Site:
    x: Figure
    y: Figure
    weight: Figure | None = None


def meeting(low: str, original: str) -> Paper | None:
    """The point with the least sum of distances, weighted or not, squared or not, to the places with coordinates."""
    if "distance" not in low or not re.search(r"minim|\bleast\b|small|lowest|shortest", low):
        return None
    found = [Site(Figure.read(match, 1), Figure.read(match, 2)) for match in _POINT.finditer(low)]
    rest = _POINT.sub(" ", low)
    if len(found) < 2:
        found, rest = _listed(low)
    if len(found) < 2 or re.search(r"\d", rest) or re.search(r"cover|capacit|open|assign|route|tour", rest):
        return None
    sheet = Paper(original)
    xs, ys = [site.x.value for site in found], [site.y.value for site in found]
    x = sheet.variable("x", description="first coordinate", lower=f"{min(xs):g}", upper=f"{max(xs):g}")
    y = sheet.variable("y", description="second coordinate", lower=f"{min(ys):g}", upper=f"{max(ys):g}")
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
        most = sheet.variable("longest", description="the longest of the distances")
        for k, term in enumerate(terms, 1):
            sheet.constraint(f"within_{k}", f"{term} <= {most}")
        sheet.aim("minimize", "longest_distance", most)
    else:
        sheet.aim("minimize", "total_distance", " + ".join(terms))
    return sheet


def _listed(low: str) -> tuple[list[Site], str]:
    """The sites of a table with columns x and y, with a weight or without, and the text without it."""
    rest, found = tables(low)
    head = [cell.text.split()[0] if cell.text else "" for cell in found[0].header] if len(found) == 1 else []
    if len(head) not in (3, 4) or "x" not in head or "y" not in head:
        return [], low
    across, up = head.index("x"), head.index("y")
    weights = [k for k in range(1, len(head)) if k not in (across, up)]
    sites: list[Site] = []
    for row in found[0].rows:
        x, y, *weight = (_cell(row[k]) for k in (across, up, *weights))
        if x is None or y is None or None in weight:
            return [], low
        sites.append(Site(x, y, weight[0] if weight else None))
    return sites, rest


def _cell(cell: Cell) -> Figure | None:
    value = cell.value
    if value is None:
        return None
    return Figure(-value if cell.text.startswith("-") else value, cell.start, cell.end)
