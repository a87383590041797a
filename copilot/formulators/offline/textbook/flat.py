"""Posters with margins, gutters, wires cut in two, tracks and parcels."""

from __future__ import annotations

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import word_set

from .aims import sense
from .pages import Measured, Page

_PI = "3.141592653589793"


def flat(page: Page) -> Paper | None:
    """The sheet of the first of these that the words tell of."""
    for reader in (_poster, _gutter, _wire, _track, _parcel):
        sheet = reader(page)
        if sheet is not None:
            return sheet
    return None


def _poster(page: Page) -> Paper | None:
    """A printed area with margins around it: the smallest sheet for a print, or the most print on a sheet."""
    if not page.has("margin margins border free blank clear") or not page.has(
        "print printed printing text poster page card picture"
    ):
        return None
    lengths, areas = page.of("length"), page.of("area")
    wanted = sense(page)
    if len(areas) != 1 or not lengths or wanted is None or not page.only(*lengths, *areas):
        return None
    unit = page.unit()
    sheet = Paper(page.original)
    names: list[tuple[str, str]] = []
    for figure in lengths:
        sides = _edges(page, figure)
        if not sides:
            return None
        name = page.quantity(sheet, f"margin_{'_'.join(sides)}", figure, unit)
        names += [(side, name) for side in sides]
    if sorted(side for side, _ in names) != ["bottom", "left", "right", "top"]:
        return None
    margins = dict(names)
    wide, high = (
        sheet.variable("print_width", description="width of the print"),
        sheet.variable("print_height", description="its height"),
    )
    outer = f"({wide} + {margins['left']} + {margins['right']})*({high} + {margins['top']} + {margins['bottom']})"
    inner = f"{wide}*{high}"
    given = page.quantity(sheet, "area_given", areas[0], unit)
    if wanted == "minimize":
        sheet.constraint("print", f"{inner} >= {given}")
        sheet.aim("minimize", "sheet_area", outer)
    else:
        sheet.constraint("sheet", f"{outer} <= {given}")
        sheet.aim("maximize", "printed_area", inner)
    return sheet


def _edges(page: Page, figure: Measured) -> list[str]:
    """The edges that a margin holds for."""
    last = figure.end
    while last < len(page.tokens) and page.tokens[last].low not in (",", ".", ";") and not page.tokens[last].is_number:
        last += 1
    behind = page.words(figure.end, last)
    first = figure.at
    while first and page.tokens[first - 1].low not in (",", ".", ";") and not page.tokens[first - 1].is_number:
        first -= 1
    for words in (behind, page.words(first, figure.at)):
        found = ["top"] if words & word_set("top above head upper") else []
        found += ["bottom"] if words & word_set("bottom below foot under lower") else []
        found += ["left", "right"] if words & word_set("side sides") and not words & {"left", "right"} else []
        found += [edge for edge in ("left", "right") if edge in words]
        if words & word_set("around round all every edge"):
            return ["top", "bottom", "left", "right"]
        if found:
            return found
    return []


def _gutter(page: Page) -> Paper | None:
    """A strip bent up at both edges."""
    if not page.has("gutter trough channel") or not page.has("bent bend bending folded folding turned fold turning"):
        return None
    lengths = page.of("length")
    if (
        len(lengths) != 1
        or page.has("degrees degree trapezoid")
        or sense(page) != "maximize"
        or not page.only(*lengths)
    ):
        return None
    sheet = Paper(page.original)
    wide = page.quantity(sheet, "strip_width", lengths[0], page.unit())
    high = sheet.variable("height", description="how much is bent up at each edge")
    sheet.constraint("bottom_left", f"2*{high} <= {wide}")
    sheet.aim("maximize", "cross_section", f"{high}*({wide} - 2*{high})")
    return sheet


_RIM = {
    "square": ("({0}/4)**2", "square"), "circle": (f"{{0}}**2/(4*{_PI})", "circle"),
    "triangle": ("sqrt(3)/4*({0}/3)**2", "triangle"),
}  # fmt: skip


def _wire(page: Page) -> Paper | None:
    """A wire cut in two pieces, each bent into a figure."""
    if not page.has("wire string rope rod") or not page.has(
        "cut cutting cuts bent bend piece pieces formed divided laid"
    ):
        return None
    shapes = [token.lemma for k, token in enumerate(page.tokens) if token.lemma in _RIM
              and page.tokens[k - 1].low in ("a", "an", "equilateral", "the", "other", "second")]  # fmt: skip
    shapes = list(dict.fromkeys(shapes))
    lengths, wanted = page.of("length"), sense(page)
    if len(shapes) != 2 or len(lengths) != 1 or wanted is None or not page.only(*lengths):
        return None
    sheet = Paper(page.original)
    whole = page.quantity(sheet, "wire", lengths[0], page.unit())
    pieces = [sheet.variable(f"piece_{shape}", description=f"what is bent into the {shape}") for shape in shapes]
    sheet.constraint("whole_wire", f"{' + '.join(pieces)} == {whole}")
    areas = [_RIM[shape][0].format(piece) for shape, piece in zip(shapes, pieces, strict=True)]
    sheet.aim(wanted, "total_area", " + ".join(areas))
    return sheet


def _track(page: Page) -> Paper | None:
    """A field with a half circle at either end, around which a track runs."""
    if (
        not page.has("track perimeter")
        or not page.has("semicircle half semicircular disc disk circle")
        or not page.has("rectangle")
    ):
        return None
    if page.has("window") or not page.has("ends end"):
        return None
    lengths = page.of("length")
    if len(lengths) != 1 or sense(page) != "maximize" or not page.only(*lengths):
        return None
    sheet = Paper(page.original)
    around = page.quantity(sheet, "track", lengths[0], page.unit())
    long, radius = (
        sheet.variable("length", description="of the rectangle"),
        sheet.variable("radius", description="of the half circles"),
    )
    sheet.constraint("track_length", f"2*{long} + 2*{_PI}*{radius} == {around}")
    part = page.says("rectangular part/portion/field") or page.says("of the rectangle") or page.says("rectangle as")
    whole = "" if part else f" + {_PI}*{radius}**2"
    sheet.aim("maximize", "area", f"2*{radius}*{long}{whole}")
    return sheet


def _parcel(page: Page) -> Paper | None:
    """A parcel with square ends whose length and girth together are limited."""
    lengths = page.of("length")
    if not page.has("girth") or len(lengths) != 1 or not page.only(*lengths) or sense(page) != "maximize":
        return None
    sheet = Paper(page.original)
    most = page.quantity(sheet, "length_and_girth", lengths[0], page.unit())
    long = sheet.variable("length", description="length of the parcel")
    if page.has("cylinder cylindrical tube round"):
        radius = sheet.variable("radius", description="radius of the ends")
        girth, volume = f"2*{_PI}*{radius}", f"{_PI}*{radius}**2*{long}"
    elif page.has("square"):
        side = sheet.variable("side", description="side of the square ends")
        girth, volume = f"4*{side}", f"{side}**2*{long}"
    else:
        return None
    sheet.constraint("postal_limit", f"{long} + {girth} <= {most}")
    sheet.aim("maximize", "volume", volume)
    return sheet
