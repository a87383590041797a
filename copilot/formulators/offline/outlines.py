"""Outlines of textbooks that are made of a few pieces: printed pages, windows with a round top, a wire cut in two,
rectangles under a curve.
"""

from __future__ import annotations

import math
import re

from .drafting import Figure, Sheet
from .extents import Extent, extents, others
from .lexicon import NUMBER_WORDS

_PI = repr(math.pi)
_MOST = re.compile(
    r"\b(?:maximi[sz]\w*|largest|greatest|maximum|biggest|most|as (?:large|big|much) (?:\w+ ){0,3}?as possible)\b"
)
_LEAST = re.compile(
    r"\b(?:minimi[sz]\w*|smallest|minimum|minimal|(?<!at )least|lowest|as (?:small|little) (?:\w+ ){0,4}?as possible)\b"
)


def outline(low: str, original: str) -> Sheet | None:
    """The sheet of the first of these outlines that a text in small letters describes, or None."""
    for reader in (_page, _window, _wire, _under_parabola):
        sheet = reader(low, original)
        if sheet is not None:
            return sheet
    return None


# --- pages with margins ------------------------------------------------------------------------------------------


def _page(low: str, original: str) -> Sheet | None:
    """A printed area with margins: the smallest page around it, or the most print on a page."""
    if not re.search(r"\bmargins?\b|\bborders?\b|\bblank\b", low) or not re.search(
        r"\bprint\w*|\bposter\w*|\bpage\w*|\bpicture\b|\bphoto\w*|\btext\b|\bcard\b|\bsheet\b|\bflyer\w*|\bleaflet\w*",
        low,
    ):
        return None
    found = extents(low)
    areas = [one for one in found if one.power == 2 and not one.price]
    margins = [one for one in found if one.power == 1 and not one.price]
    if len(areas) != 1 or len(margins) not in (1, 2) or len(areas) + len(margins) != len(found) or others(low, found):
        return None
    sides = _margins(low, margins)
    if sides is None:
        return None
    sheet = Sheet(original)
    width, height = sheet.variable("width", "width of the print"), sheet.variable("height", "height of the print")
    area = sheet.parameter("area", areas[0].figure)
    names: dict[int, str] = {}
    for place, margin in sides.items():
        if margin.figure.start not in names:
            names[margin.figure.start] = sheet.parameter(f"margin_{place}", margin.figure)
    across = f"({width} + 2*{names[sides['sides'].figure.start]})"
    down = f"({height} + {names[sides['top'].figure.start]} + {names[sides['bottom'].figure.start]})"
    before = low[max(0, areas[0].figure.start - 60) : areas[0].figure.end + 40]
    inner = re.search(r"\bprint\w*|\bpicture\b|\bphoto|\btext\b|\btype\b|\bcontents?\b|\bprinted\b", before) is not None
    if inner and _LEAST.search(low) is not None:
        sheet.constraint("printed_area", f"{width}*{height} >= {area}", [areas[0].figure])
        sheet.aim("minimize", "page_area", f"{across}*{down}")
        return sheet
    if _MOST.search(low) is not None:
        sheet.constraint("page_area", f"{across}*{down} <= {area}", [areas[0].figure])
        sheet.aim("maximize", "printed_area", f"{width}*{height}")
        return sheet
    return None


def _margins(low: str, margins: list[Extent]) -> dict[str, Extent] | None:
    """The margin at the top, the bottom and the sides."""
    if len(margins) == 1:
        return dict.fromkeys(("top", "bottom", "sides"), margins[0])
    for said in (_before(low, margins), _behind(low, margins)):
        found: dict[str, Extent] = {}
        pairs = [(place, margin) for words, margin in zip(said, margins, strict=True) for place in _named(words)]
        alike = all(found.setdefault(place, margin) is margin for place, margin in pairs)
        if alike and {"top", "bottom", "sides"} <= found.keys() and all(_named(words) for words in said):
            return found
    return None


def _before(low: str, margins: list[Extent]) -> list[str]:
    """The words in front of each figure, up to the figure before it or to the start of its sentence."""
    starts = [max(low.rfind(". ", 0, margins[0].figure.start), 0), *(one.figure.end for one in margins[:-1])]
    return [low[start : one.figure.start] for start, one in zip(starts, margins, strict=True)]


def _behind(low: str, margins: list[Extent]) -> list[str]:
    """The words behind each figure, up to the figure after it or to the end of its sentence."""
    last = margins[-1].figure.end
    end = min((at for mark in (". ", "; ") if (at := low.find(mark, last)) >= 0), default=len(low))
    ends = [*(one.figure.start for one in margins[1:]), end]
    return [low[one.figure.end : stop] for one, stop in zip(margins, ends, strict=True)]


def _named(words: str) -> list[str]:
    patterns = {
        "top": r"\btop\b|\babove\b|\bupper\b",
        "bottom": r"\bbottom\b|\bbelow\b|\blower\b",
        "sides": r"\bsides?\b|\bleft\b|\bright\b",
    }
    return [place for place, pattern in patterns.items() if re.search(pattern, words)]


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


# --- a wire cut in two -------------------------------------------------------------------------------------------

_FOLDED = {"square": "{0}**2/16", "circle": "{0}**2/(4*" + _PI + ")", "triangle": "sqrt(3)*{0}**2/36"}


def _wire(low: str, original: str) -> Sheet | None:
    """A wire in two pieces, each bent into a square, a circle or a triangle: the least or the most area together."""
    if not re.search(r"\bwire\b|\brope\b|\bstring\b|\bcord\b|\bcable\b", low) or not re.search(
        r"\bcut\b|\btwo pieces\b|\btwo parts\b|\bdivid", low
    ):
        return None
    shapes = [
        m[1] for m in re.finditer(r"\b(square|circle|(?<!\w)triangle)s?\b(?!\s*(?:met|cent|inch|feet|foot))", low)
    ]
    distinct = list(dict.fromkeys(shapes))
    lengths = [one for one in extents(low) if one.power == 1 and not one.price]
    if len(lengths) != 1 or others(low, lengths) or not distinct or len(distinct) > 2 or "area" not in low:
        return None
    if "triangle" in distinct and "equilateral" not in low:
        return None
    if len(distinct) == 1 and not re.search(r"\b(?:two|both|each)\b[^.]*\bsquares?\b", low):
        return None
    most, least = _MOST.search(low) is not None, _LEAST.search(low) is not None
    if most == least:
        return None
    first, second = distinct[0], distinct[-1]
    sheet = Sheet(original)
    whole = sheet.parameter("length", lengths[0].figure)
    one, two = (
        sheet.variable("first_piece", f"bent into a {first}"),
        sheet.variable("second_piece", f"bent into a {second}"),
    )
    sheet.constraint("whole_wire", f"{one} + {two} == {whole}", [lengths[0].figure])
    sheet.aim(
        "maximize" if most else "minimize",
        "total_area",
        f"{_FOLDED[first].format(one)} + {_FOLDED[second].format(two)}",
    )
    return sheet


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
