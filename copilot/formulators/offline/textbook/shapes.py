"""Textbook shapes: boxes folded from a sheet, cylinders in a sphere, solids whose faces weigh multiples of others."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import FACTORS, FEW
from formulations.formulation import Sense

_NUMBER = r"\$?\s?(\d[\d,]*(?:\.\d+)?)\s*(\u03c0|pi\b)?"
_LENGTH = r"(?:feet|foot|ft|meters?|metres?|m|yards?|yd|inches|inch|in|cm|centimeters?|units?)\b"
_PI = "3.141592653589793"
_FACTORS = FACTORS | FEW


def shape(low: str, original: str) -> Paper | None:
    """The sheet of the first shape that a text in small letters, as long as the original, describes, or None."""
    for reader in (_folded_box, _cylinder, _box, _inscribed):
        sheet = reader(low, original)
        if sheet is not None and sheet.objective is not None:
            return sheet
    return None


def _figure(low: str, pattern: str) -> Figure | None:
    """The first number that the pattern captures, times pi where it says so."""
    match = re.search(pattern.replace("#", _NUMBER), low)
    if match is None:
        return None
    value = float(match[1].replace(",", "")) * (math.pi if match[2] else 1.0)
    return Figure(value, match.start(1), match.end(2) if match[2] else match.end(1))


def _sense(low: str) -> Sense | None:
    if re.search(r"\b(?:maximi[sz]\w*|largest|maximum|greatest|biggest|most)\b", low):
        if re.search(r"\bminimi[sz]\w*|\bleast\b(?! \d)(?<!at least)|\bsmallest\b|\bcheapest\b|\bminimum\b", low):
            at = re.search(r"\bminimi[sz]|(?<!at )\bleast\b|\bsmallest\b|\bcheapest\b|\bminimum\b", low)
            return "minimize" if at and not re.search(r"\bmaximi[sz]\w*|\blargest\b", low) else "maximize"
        return "maximize"
    if re.search(r"\bminimi[sz]\w*|(?<!at )\bleast\b|\bsmallest\b|\bcheapest\b|\blowest\b|\bminimum\b", low):
        return "minimize"
    if re.search(r"\bas (?:cheap|little|small|low|few)\w* (?:\w+ ){0,3}?as possible", low):
        return "minimize"
    if re.search(r"\bas (?:large|big|much|great|high) (?:\w+ ){0,3}?as possible", low):
        return "maximize"
    return None


def _inscribed(low: str, original: str) -> Paper | None:
    """The largest rectangle in a circle or a half circle, by its area or its perimeter."""
    round_ = re.search(r"\b(semi-?\s?circ\w*|half[- ]circle|circle|circular)\b", low)
    if round_ is None or not re.search(r"\brectangle\b", low) or re.search(r"\bwindow\b|volume|\$", low):
        return None
    if not re.search(r"inscribed|\bfits?\b|inside|within|cut (?:from|out)|drawn in", low) or _sense(low) != "maximize":
        return None
    given = _figure(low, r"\bradius\b[^.\d]{0,20}?#") or _figure(low, r"#\s*-?(?:\w+[\s-])?radius")
    across = _figure(low, r"\bdiameter\b[^.\d]{0,20}?#")
    if (given is None) == (across is None) or len(re.findall(r"\d+(?:\.\d+)?", low)) != 1:
        return None
    sheet = Paper(original)
    radius = (
        sheet.parameter("radius", given) if given else f"({sheet.parameter('diameter', across)}/2)" if across else ""
    )
    width, height = (
        sheet.variable("width", description="width of the rectangle"),
        sheet.variable("height", description="its height"),
    )
    half = "" if round_[1].startswith(("semi", "half")) else "/2"
    sheet.constraint("inside", f"({width}/2)**2 + ({height}{half})**2 <= {radius}**2")
    around = re.search(r"(?:largest|maximum|greatest|maximi[sz]e\w*(?: \w+)?) perimeter", low)
    sheet.aim(
        "maximize", "perimeter" if around else "area", f"2*{width} + 2*{height}" if around else f"{width}*{height}"
    )
    return sheet


# --- boxes -------------------------------------------------------------------------------------------------------


def _folded_box(low: str, original: str) -> Paper | None:
    """A sheet with a square cut out of each corner."""
    if not re.search(r"\bcorners?\b", low) or not re.search(r"\bbox\b|\btray\b|\bcontainer\b", low):
        return None
    if not re.search(r"\bcut\w*|\bremov\w*", low):
        return None
    pair = re.search(rf"(\d+(?:\.\d+)?)\s*-?\s*(?:{_LENGTH})?\s*(?:by|x)\s+(\d+(?:\.\d+)?)", low)
    single = re.search(rf"(\d+(?:\.\d+)?)\s*-?\s*{_LENGTH}\s*(?:on (?:a|each) side|square)", low)
    single = single or re.search(r"square [^.]{0,40}?side[^.]{0,20}?(\d+(?:\.\d+)?)", low)
    if pair:
        sides = [Figure(float(pair[k]), pair.start(k), pair.end(k)) for k in (1, 2)]
    elif single:
        sides = [Figure(float(single[1]), single.start(1), single.end(1))] * 2
    else:
        return None
    sheet = Paper(original)
    one, two = sheet.parameter("sheet_width", sides[0]), sheet.parameter("sheet_length", sides[1])
    cut = sheet.variable("cut", description="side of the square cut out of each corner")
    sheet.constraint("width_left", f"2*{cut} <= {one}", [sides[0]])
    sheet.constraint("length_left", f"2*{cut} <= {two}", [sides[1]])
    sheet.aim("maximize", "volume", f"({one} - 2*{cut})*({two} - 2*{cut})*{cut}")
    return sheet


@dataclass(frozen=True, slots=True)
class Face:
    """A part of the surface: its words in the text, its area, and what a unit of area weighs."""

    name: str
    words: str
    area: str
    weight: str


def _volume(low: str) -> Figure | None:
    figure = _figure(low, r"volume\b[^.;]{0,50}?#") or _figure(low, r"#\s*cubic")
    return figure or _figure(low, r"(?:hold|contain)s?\s+(?:a volume of|more than|at least)?\s*#")


def _material(low: str) -> Figure | None:
    return _figure(
        low, r"#\s*(?:square|sq)\.?\s*\w+ of (?:\w+ )?(?:material|cardboard|wood|metal|glass|paper|sheet)"
    ) or _figure(low, r"surface area\b[^.]{0,30}?\b(?:is|of|be|most)\s+#")


def _topless(low: str) -> bool:
    return re.search(r"open[- ]top|no top|without (?:a )?(?:top|lid)|no lid|open at the top|topless", low) is not None


def _box(low: str, original: str) -> Paper | None:
    if not re.search(r"\bbox\b|\baquarium\b|\btank\b|\bcrate\b|\bcontainer\b|\bchest\b", low):
        return None
    if not re.search(r"square base|square bottom|square ends?|square (?:front|cross)|base is (?:a )?square", low):
        return None
    sheet = Paper(original)
    side, height = (
        sheet.variable("side", description="side of the square base"),
        sheet.variable("height", description="height of the box"),
    )
    faces = [("base", r"base|bottom", f"{side}**2"), ("sides", r"sides?|walls?", f"4*{side}*{height}")]
    if not _topless(low):
        faces.insert(1, ("top", r"top|lid", f"{side}**2"))
    return _solid(low, sheet, faces, f"{side}**2*{height}")


def _cylinder(low: str, original: str) -> Paper | None:
    if not re.search(r"\bcylind", low) and not re.search(
        r"\b(?:can|jar|tin)\b[^.]*\bradius\b|\bradius\b[^.]*\b(?:can|jar|tin)\b", low
    ):
        return None
    if not re.search(r"\bradius\b|\bvolume\b|\bcubic\b|\bsurface\b", low):
        return None
    sheet = Paper(original)
    radius, height = (
        sheet.variable("radius", description="radius of the base"),
        sheet.variable("height", description="height of the cylinder"),
    )
    volume = f"{_PI}*{radius}**2*{height}"
    sphere = _figure(low, r"sphere\b[^.]{0,60}?#") or _figure(low, r"radius of the sphere\b[^.]{0,20}?#")
    if re.search(r"sphere", low) and not re.search(r"hemispher", low):
        if sphere is None:
            return None
        ball = sheet.parameter("sphere_radius", sphere)
        sheet.constraint("inside_sphere", f"{radius}**2 + ({height}/2)**2 <= {ball}**2", [sphere])
        sheet.aim("maximize", "volume", volume)
        return sheet
    top = f"{_PI}*{radius}**2"
    if re.search(r"hemispher\w+ top", low):
        top, volume = f"2*{_PI}*{radius}**2", f"{volume} + 2*{_PI}*{radius}**3/3"
    faces = [("side", r"sides?|lateral side|wall", f"2*{_PI}*{radius}*{height}")]
    if not re.search(r"no bottom|without (?:a )?bottom", low):
        faces.insert(0, ("bottom", r"bottom|base", f"{_PI}*{radius}**2"))
    if not _topless(low):
        faces.insert(0, ("top", r"top", top))
    return _solid(low, sheet, faces, volume)


def _solid(low: str, sheet: Paper, parts: list[tuple[str, str, str]], volume: str) -> Paper | None:
    """Least surface or cost for a volume, or most volume for a surface."""
    sense = _sense(low)
    material, needed = _material(low), _volume(low)
    faces = [Face(name, words, area, _weight(low, sheet, name, words)) for name, words, area in parts]
    surface = " + ".join(f"{face.weight}{face.area}" for face in faces)
    if material is not None and re.search(r"maximi[sz]\w*[^.]{0,30}volume|largest volume|maximum volume", low):
        given = sheet.parameter("material", material)
        sheet.constraint("material_limit", f"{surface} <= {given}", [material])
        sheet.aim("maximize", "volume", volume)
        return sheet
    if needed is None or (sense != "minimize" and not re.search(r"least|minim", low)):
        return None
    need = sheet.parameter("volume_needed", needed)
    sheet.constraint("volume", f"{volume} >= {need}", [needed])
    everywhere = (
        _figure(low, r"cost of the (?:\w+ )?(?:is|:)\s*#\s*(?:per|a)") if not any(f.weight for f in faces) else None
    )
    if everywhere is not None:
        sheet.aim("minimize", "cost", f"{sheet.parameter('cost_per_area', everywhere)}*({surface})")
    else:
        sheet.aim("minimize", "cost" if any(face.weight for face in faces) else "surface_area", surface)
    return sheet


def _weight(low: str, sheet: Paper, name: str, words: str) -> str:
    """The cost or the layers of a face as a factor with its sign, "" for one."""
    priced = _figure(low, rf"\b(?:{words})\b[^.$]{{0,40}}?\bcosts?\s*(?:is\s*)?\$\s?#")
    if priced is not None:
        return sheet.parameter(f"cost_{name}", priced) + "*"
    layered = re.search(rf"\b(?:{words})\b[^.]{{0,60}}?\b(two|three|four|double) layers?", low)
    if layered is not None and name != "sides":
        figure = Figure(_FACTORS[layered[1]], layered.start(1), layered.end(1))
        return sheet.parameter(f"layers_{name}", figure) + "*"
    relative = re.search(
        rf"\b(?:{words})\b[^.]{{0,60}}?\b(?:is|are)\b[^.]{{0,40}}?(?:(twice|double|triple|three|two|four|half)|(\d+(?:\.\d+)?))\s*(?:times)?\b[^.]{{0,60}}?"
        r"(?:as (?:great|expensive|much|costly)|the cost|more expensive)",
        low,
    )
    if relative is not None and name not in ("side", "sides"):
        k = 1 if relative[1] else 2
        value = _FACTORS[relative[1]] if relative[1] else float(relative[2])
        return sheet.parameter(f"relative_cost_{name}", Figure(value, relative.start(k), relative.end(k))) + "*"
    return ""
