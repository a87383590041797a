"""Windows with a round top, and rectangles under a parabola."""

from __future__ import annotations

import math
import re

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import NUMBER_WORDS, word_set

from .aims import sense
from .pages import Measured, Page

_PI = repr(math.pi)
_ROLES = {
    "around": word_set("perimeter around outline frame circumference"),
    "height": word_set("high height tall bottom"),
    "width": word_set("wide width across"),
}


def outline(page: Page) -> Paper | None:
    """The sheet of the first of these outlines that a text describes, or None."""
    if not page.has("rectangle rectangular norman") or sense(page) != "maximize":
        return None
    return _window(page) or _under_parabola(page.low, page.original)


def _window(page: Page) -> Paper | None:
    """A rectangle with a half circle on top: the most area, or light, for a length around it or for its measures."""
    halves = page.has("semicircle semicircular semidisc norman") or page.says("half/semi circle/circular/disc")
    if not halves:
        return None
    found: dict[str, Measured] = {}
    for figure in page.of("length"):
        role = _role(page, figure)
        if role is None or role in found:
            return None
        found[role] = figure
    share = next((f for f in page.figures if f.dimension in ("", "percent") and _dims(page, f)), None)
    if not page.only(*found.values(), *((share,) if share else ())):
        return None
    sheet, unit = Paper(page.original), page.unit()
    radius = sheet.variable("radius", description="radius of the half circle, half the width")
    tall = sheet.variable("height", description="height of the rectangle")
    if set(found) == {"around"}:
        given = page.quantity(sheet, "perimeter", found["around"], unit)
        sheet.constraint("frame", f"2*{radius} + 2*{tall} + {_PI}*{radius} <= {given}", [found["around"].figure()])
    elif set(found) in ({"height"}, {"height", "width"}):
        given = page.quantity(sheet, "whole_height", found["height"], unit)
        sheet.constraint("whole_height_limit", f"{tall} + {radius} <= {given}", [found["height"].figure()])
        if "width" in found:
            sheet.constraint(
                "width_limit", f"2*{radius} <= {page.quantity(sheet, 'whole_width', found['width'], unit)}"
            )
    else:
        return None
    dimming = f"{sheet.parameter('light_of_the_round_part', share.figure())}*" if share else ""
    sheet.aim("maximize", "light" if share else "area", f"2*{radius}*{tall} + {dimming}{_PI}*{radius}**2/2")
    return sheet


def _role(page: Page, figure: Measured) -> str | None:
    """Whether a length goes around, is the height or the width: by the words before it and the one behind it."""
    k = page.figures.index(figure)
    begin = page.figures[k - 1].end if k else 0
    first = max(begin, next((i + 1 for i in range(figure.at - 1, -1, -1) if page.tokens[i].low in (".", ";")), 0))
    words = page.words(first, figure.end + 1)
    return next((role for role, said in _ROLES.items() if words & said), None)


def _dims(page: Page, figure: Measured) -> bool:
    """Whether a figure is a share of light: "half as much light", "60 % of the light"."""
    behind = page.words(figure.end, figure.end + 4)
    return figure.value < 1 and bool(behind & {"light", "amount"})


# --- rectangles under a curve ------------------------------------------------------------------------------------

_PARABOLA = re.compile(
    r"\by\s*=\s*(\d+(?:\.\d+)?)\s*[-\u2212\u2013]\s*(\d+(?:\.\d+)?)?\s*\*?\s*x\s*(?:\^\s*2|\u00b2|\*\*\s*2|squared)"
)


def _under_parabola(low: str, original: str) -> Paper | None:
    """The largest rectangle between the x-axis and the parabola y = a - b*x^2, upright on the axis."""
    curve = _PARABOLA.search(low)
    if curve is None or not re.search(r"\brectangle", low):
        return None
    rest = low[: curve.start()] + low[curve.end() :]
    if re.search(r"(?<![a-z])\d+(?:\.\d+)?", rest) or re.search(
        rf"\b(?:{'|'.join(k for k, v in NUMBER_WORDS.items() if v > 2)})\b", rest
    ):
        return None
    sheet = Paper(original)
    half = sheet.variable("half_width", description="half the base of the rectangle")
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
