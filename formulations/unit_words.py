"""Reading units as people write them: measures, currencies, and any other word as a unit of its own."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pint import Quantity

# Measures that models of decisions are written in. Every line: name, definition, other spellings.
_DEFINITIONS = (
    ("g", "[mass]", "gram"),
    ("mg", "0.001*g", "milligram"),
    ("kg", "1000*g", "kilogram kilo"),
    ("t", "1000*kg", "ton tonne"),
    ("lb", "453.59237*g", "pound lbs"),
    ("oz", "28.349523125*g", "ounce"),
    ("s", "[time]", "second sec"),
    ("min", "60*s", "minute mins"),
    ("h", "3600*s", "hour hr"),
    ("day", "24*h", ""),
    ("week", "7*day", "wk"),
    ("month", "30.4375*day", ""),
    ("year", "365.25*day", "yr annum"),
    ("m", "[length]", "meter metre"),
    ("mm", "0.001*m", "millimeter millimetre"),
    ("cm", "0.01*m", "centimeter centimetre"),
    ("km", "1000*m", "kilometer kilometre"),
    ("inch", "0.0254*m", "in"),
    ("ft", "0.3048*m", "foot feet"),
    ("yd", "0.9144*m", "yard"),
    ("mile", "1609.344*m", "mi"),
    ("mph", "mile/h", ""),
    ("kph", "km/h", "kmh"),
    ("m2", "m**2", "sqm"),
    ("km2", "km**2", ""),
    ("ft2", "ft**2", "sqft"),
    ("acre", "4046.8564224*m2", ""),
    ("ha", "10000*m2", "hectare"),
    ("m3", "m**3", ""),
    ("cm3", "cm**3", "cc"),
    ("ft3", "ft**3", ""),
    ("L", "0.001*m3", "liter litre"),
    ("ml", "0.001*L", "milliliter millilitre"),
    ("gal", "3.785411784*L", "gallon"),
    ("bbl", "158.987294928*L", "barrel"),
    ("J", "kg*m**2/s**2", "joule"),
    ("kJ", "1000*J", "kilojoule"),
    ("MJ", "1000*kJ", "megajoule"),
    ("GJ", "1000*MJ", "gigajoule"),
    ("W", "J/s", "watt"),
    ("kW", "1000*W", "kilowatt"),
    ("MW", "1000*kW", "megawatt"),
    ("GW", "1000*MW", "gigawatt"),
    ("Wh", "W*h", ""),
    ("kWh", "kW*h", "kilowatthour"),
    ("MWh", "MW*h", "megawatthour"),
    ("GWh", "GW*h", "gigawatthour"),
    ("cal", "4.184*J", "calorie"),
    ("kcal", "1000*cal", "kilocalorie"),
    ("B", "[information]", "byte"),
    ("kB", "1000*B", "kilobyte"),
    ("MB", "1000*kB", "megabyte"),
    ("GB", "1000*MB", "gigabyte"),
    ("TB", "1000*GB", "terabyte"),
    ("USD", "[dollar]", "$ dollar"),
    ("cent", "0.01*USD", "¢"),
    ("EUR", "[euro]", "€ euro"),
    ("GBP", "[sterling]", "£"),
    ("JPY", "[yen]", "¥ yen"),
    ("INR", "[rupee]", "₹ rupee"),
)
_PLAIN = frozenset(
    {"1", "%", "percent", "percentage", "unit", "item", "piece", "pc", "pcs", "each", "count", "number", "no", "none"}
    | {"dimensionless", "ratio", "fraction", "share", "times", "binary", "boolean", "point"}
)
_SCALES = {
    "hundred": 100.0,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mio": 1e6,
    "billion": 1e9,
    "dozen": 12.0,
}
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_IRREGULAR = {"people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot"}
_SUPERSCRIPTS = {"²": "2", "³": "3", "⁻¹": "-1"}

_PLURAL = re.compile(r"\(e?s\)")
_LARGEST = 1e60
_HIGHEST = 9
_DEEPEST = 10

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d_²³][^\W²³]*|[%$€£¥₹¢#])
      | (?P<power>\*\*|\^)\s*(?P<exponent>[+-]?\d+|\([+-]?\d+\))
      | (?P<superscript>²|³|⁻¹)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)


class UnitError(ValueError):
    """A text that is not a unit, and the column where reading stopped."""

    def __init__(self, reason: str, column: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


class Units:
    """A registry of its own: the measures above, and every other word that comes up as a new base unit."""

    def __init__(self) -> None:
        import pint

        self._registry = pint.UnitRegistry(None)
        self._measures: dict[str, str] = {}
        self._words: dict[str, str] = {}
        for name, definition, spellings in _DEFINITIONS:
            self._registry.define(f"{name} = {definition}")
            for spelling in (name, *spellings.split()):
                self._measures[spelling] = name
                self._measures.setdefault(_stem(spelling), name)
        self._shown: dict[str, str] = {}

    @property
    def plain(self) -> Quantity:
        """A number without a unit."""
        return self._registry.Quantity(1.0)

    def read(self, text: str) -> Quantity:
        """The unit that a text spells. Raises UnitError."""
        return _UnitReader(self, _PLURAL.sub(lambda match: " " * len(match[0]), text)).whole()

    def word(self, words: list[str]) -> Quantity:
        """The unit of words in a row: of the measures among them (``labor hours``), else of all of them."""
        known = [name for word in words if (name := self._measures.get(word) or self._measures.get(_stem(word)))]
        if known:
            return self._registry.Quantity(1.0, "*".join(known))
        rest = [word for word in words if _stem(word) not in _PLAIN_STEMS]
        if not rest:
            return self.plain
        key = "_".join(_stem(word) for word in rest)
        if key not in self._words:
            name = f"unit{len(self._shown)}"
            self._registry.define(f"{name} = [{name}]")
            self._words[key] = name
            self._shown[name] = " ".join(rest)
        return self._registry.Quantity(1.0, self._words[key])

    def text(self, unit: Quantity) -> str:
        """``kg/pizza``: the unit for people; ``a plain number`` without one."""
        items = [(self._shown.get(name, name), power) for name, power in unit.unit_items()]
        above = [_power_text(name, power) for name, power in items if power > 0]
        below = [_power_text(name, -power) for name, power in items if power < 0]
        scale = [f"{unit.magnitude:g}"] if unit.magnitude != 1 or (below and not above) else []
        if not items:
            return f"a plain number times {scale[0]}" if scale else "a plain number"
        return "/".join(["*".join(scale + above), *below])

    @staticmethod
    def product(left: Quantity, right: Quantity, *, divide: bool = False) -> Quantity | None:
        """None where numbers in front of units would leave every sensible range."""
        unit = left / right if divide else left * right
        return unit if 1 / _LARGEST < unit.magnitude < _LARGEST else None

    @staticmethod
    def power(unit: Quantity, exponent: float) -> Quantity | None:
        """None where numbers in front of units, or exponents, would leave every sensible range."""
        if abs(exponent) > _HIGHEST or abs(exponent * math.log(unit.magnitude)) > math.log(_LARGEST):
            return None
        return unit**exponent

    @staticmethod
    def same_dimension(left: Quantity, right: Quantity) -> bool:
        return bool(left.dimensionality == right.dimensionality)

    @staticmethod
    def ratio(left: Quantity, right: Quantity) -> float:
        """How many of the right unit make one of the left unit; 1 where that cannot be told in floating point."""
        ratio = float((left / right).to_base_units().magnitude)
        return ratio if math.isfinite(ratio) and ratio > 0 and math.isfinite(1 / ratio) else 1.0


def _power_text(name: str, power: float) -> str:
    return name if power == 1 else f"{name}**{power:g}"


def _stem(word: str) -> str:
    """The same for singular and plural."""
    word = word.casefold()
    word = _IRREGULAR.get(word, word)
    if len(word) < 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_PLAIN_STEMS = frozenset(_stem(word) for word in _PLAIN)


class _UnitReader:
    """``kg/(h*person)``, ``USD per ton``, ``square meters``, ``1000 liters of milk``, ``1/day``, ``%``."""

    def __init__(self, units: Units, text: str) -> None:
        self.units = units
        self.text = text
        self.found = [match for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
        self.place = 0
        self.depth = 0

    def whole(self) -> Quantity:
        unit = self.product()
        if self.place < len(self.found):
            self.refuse(f"'{self.found[self.place][0]}' does not belong in a unit")
        return unit

    def refuse(self, reason: str) -> NoReturn:
        column = self.found[self.place].start() if self.place < len(self.found) else len(self.text)
        raise UnitError(reason, column)

    def peek(self) -> str:
        return self.found[self.place][0] if self.place < len(self.found) else ""

    def product(self) -> Quantity:
        unit = self.units.plain if self.peek() in ("/", "per") else self.factor()
        while self.peek() in ("/", "per", "*", "·", "×", "⋅"):
            divides = self.peek() in ("/", "per")
            self.place += 1
            unit = self.sensible(self.units.product(unit, self.factor(), divide=divides))
        return unit

    def sensible(self, unit: Quantity | None) -> Quantity:
        if unit is None:
            self.refuse("the numbers or exponents in the unit are too large")
        return unit

    def factor(self) -> Quantity:
        unit = self.atom()
        if self.place < len(self.found):
            match = self.found[self.place]
            power = match["exponent"] or _SUPERSCRIPTS.get(match["superscript"] or "")
            if power:
                unit = self.sensible(self.units.power(unit, float(power.strip("()"))))
                self.place += 1
        return unit

    def atom(self) -> Quantity:
        if self.peek() == "(":
            self.place += 1
            self.depth += 1
            if self.depth > _DEEPEST:
                self.refuse("the brackets of the unit are nested too deeply")
            unit = self.product()
            self.depth -= 1
            if self.peek() != ")":
                self.refuse("a ')' is missing in the unit")
            self.place += 1
            return unit
        scale = self.scale()
        words = self.words()
        if not words:
            if scale is None:
                self.refuse("a unit is missing" if not self.peek() else f"'{self.peek()}' is not a unit")
            return self.units.plain * (scale or 1.0)
        power = _POWERS.get(words[0].casefold(), 1) if len(words) > 1 else 1
        unit = self.units.word(words[1:] if power > 1 else words) ** power
        return unit if scale is None else self.sensible(self.units.product(unit, self.units.plain * scale))

    def scale(self) -> float | None:
        """Numbers and words like "thousand" in front of a unit."""
        scale: float | None = None
        while self.place < len(self.found):
            match = self.found[self.place]
            factor = float(match[0]) if match["number"] else _SCALES.get(_plain_scale(match[0]))
            if factor is None or not 1e-12 <= factor <= 1e12:
                break
            scale = factor * (scale or 1.0)
            if not 1 / _LARGEST < scale < _LARGEST:
                self.refuse("the numbers in the unit are too large")
            self.place += 1
        return scale

    def words(self) -> list[str]:
        """Words in a row, joined by spaces or hyphens; what follows "of" only says what is measured."""
        words: list[str] = []
        told = False
        while self.place < len(self.found):
            match = self.found[self.place]
            hyphen = match[0] == "-" and words and self.place + 1 < len(self.found)
            if match[0] == "per" or not (match["word"] or hyphen):
                break
            told = told or match[0] == "of"
            if not told and not hyphen:
                words.append(match[0])
            self.place += 1
        return words


def _plain_scale(word: str) -> str:
    return word.casefold().removesuffix("s") if len(word) > 1 else word
