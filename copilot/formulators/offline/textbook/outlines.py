"""Windows with a round top, and rectangles under a parabola."""

from __future__ import annotations

import math
import re

from copilot.formulators.offline.drafting import Figure, Sheet
from copilot.formulators.offline.lexicon import NUMBER_WORDS

from .extents import Extent, extents, others

_PI = repr(math.pi)
_MOST = re.compile(
    r"\b(?:maximi[sz]\w*|largest|greatest|maximum|biggest|most|as (?:large|big|much) (?:\w+ ){0,3}?as possible)\b"
)


def outline(low: str, original: str) -> Sheet | None:
    """The sheet of the first of these outlines that a text in small letters describes, or None."""
    for reader in (_window, _under_parabola):
        sheet = reader(low, original)
        if sheet is not None:
            return sheet
    return None


# --- windows -----------------------------------------------------------------------------------------------------


_LIGHT = re.compile(
    r"\b(half|one[- ]half|one[- ]third|a third|a quarter|one[- ]quarter|1/2|1/3|1/4"
    r"|\d+(?:\.\d+)?\s?%)\s+(?:as much|of the|the) "
    r"(?:light|amount)"
)


def _window(low: str, original: str) -> Sheet | None:
    """A rectangle with a half circle on top: the most area, or light, for a length around it or for its measures."""
    if not re.search(r"\bsemi-?\s?circ\w*|\bhalf[- ]circ\w*|\bnorman window\b|\bsemi-?\s?disc", low):
        return None
    if not re.search(r"\brectang\w+|\bnorman\b", low) or _MOST.search(low) is None:
        return None
    found = [one for one in extents(low) if one.power == 1 and not one.price]
    around = [
        one
        for one in found
        if _near(low, found, one, r"\bperimeter\b|\baround\b|\boutline\b|\bframe\b|\bcircumference\b")
    ]
    height = [one for one in found if _near(low, found, one, r"\bhigh\b|\bheight\b|\btall\b|\bfrom top to bottom\b")]
    width = [
        one for one in found if _near(low, found, one, r"\bwide\b|\bwidth\b|\bacross\b(?! both)") and one not in height
    ]
    if len(found) != len({one.figure for one in (*around, *height, *width)}) or not found:
        return None
    if others(_LIGHT.sub(lambda match: " " * len(match[0]), low), found):
        return None
    sheet = Sheet(original)
    radius = sheet.variable("radius", "radius of the half circle, half the width")
    tall = sheet.variable("height", "height of the rectangle")
    if around and not height and not width:
        given = sheet.parameter("perimeter", around[0].figure)
        sheet.constraint("frame", f"2*{radius} + 2*{tall} + {_PI}*{radius} <= {given}", [around[0].figure])
    elif not around and height:
        given = sheet.parameter("whole_height", height[0].figure)
        sheet.constraint("whole_height_limit", f"{tall} + {radius} <= {given}", [height[0].figure])
        if width:
            sheet.constraint("width_limit", f"2*{radius} <= {sheet.parameter('whole_width', width[0].figure)}")
    else:
        return None
    share = _light(low, sheet)
    sheet.aim("maximize", "light" if share else "area", f"2*{radius}*{tall} + {share}{_PI}*{radius}**2/2")
    return sheet


def _near(low: str, found: list[Extent], one: Extent, pattern: str) -> bool:
    """Whether the words of a figure match: those between it and the figure before it in its sentence, and its unit."""
    earlier = max((other.figure.end for other in found if other.figure.end < one.figure.start), default=0)
    begin = max(earlier, *(low.rfind(mark, 0, one.figure.start) + 1 for mark in (". ", "; ")))
    behind = re.compile(r"[\s-]*\w+(?:\s+\w+)?").match(low, one.figure.end)
    return re.search(pattern, low[begin : behind.end() if behind is not None else one.figure.end]) is not None


def _light(low: str, sheet: Sheet) -> str:
    """How much light the round part lets through, as a factor; empty where all glass is alike."""
    told = _LIGHT.search(low)
    if told is None:
        return ""
    shares = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "2": 1 / 2, "3": 1 / 3, "4": 1 / 4}
    word = told[1]
    value = float(word.rstrip("% ")) / 100 if word.endswith("%") else shares[re.split(r"[-\s/]", word)[-1]]
    return sheet.parameter("light_of_the_round_part", Figure(value, told.start(1), told.end(1))) + "*"


# --- rectangles under a curve ------------------------------------------------------------------------------------

_PARABOLA = re.compile(
    r"\by\s*=\s*(\d+(?:\.\d+)?)\s*[-\u2212\u2013]\s*(\d+(?:\.\d+)?)?\s*\*?\s*x\s*(?:\^\s*2|\u00b2|\*\*\s*2|squared)"
)


def _under_parabola(low: str, original: str) -> Sheet | None:
    """The largest rectangle between the x-axis and the parabola y = a - b*x^2, upright on the axis."""
    curve = _PARABOLA.search(low)
    if curve is None or not re.search(r"\brectangle", low) or _MOST.search(low) is None:
        return None
    rest = low[: curve.start()] + low[curve.end() :]
    if re.search(r"(?<![a-z])\d+(?:\.\d+)?", rest) or re.search(
        rf"\b(?:{'|'.join(k for k, v in NUMBER_WORDS.items() if v > 2)})\b", rest
    ):
        return None
    sheet = Sheet(original)
    half = sheet.variable("half_width", "half the base of the rectangle")
    top = sheet.parameter("top", Figure(float(curve[1]), curve.start(1), curve.end(1)))
    bend = ""
    if curve[2] is not None:
        bend = sheet.parameter("bend", Figure(float(curve[2]), curve.start(2), curve.end(2))) + "*"
    height = f"({top} - {bend}{half}**2)"
    sheet.constraint("above_the_axis", f"{height} >= 0")
    around = re.search(r"(?:largest|maximum|greatest|maximi[sz]\w*(?: \w+)?) perimeter", low)
    sheet.aim(
        "maximize", "perimeter" if around else "area", f"4*{half} + 2*{height}" if around else f"2*{half}*{height}"
    )
    return sheet
