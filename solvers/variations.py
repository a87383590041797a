"""Which parameters vary, and how: a line of text, or the same as JSON.

``demand: 80%..120%`` lets every entry vary by itself, within 80 to 120 % of its value in the data.
``demand together: 80%..120%`` multiplies all entries by one common factor. ``demand['north']: 10..20`` and
``cost[*, 'north']: normal(5, 1)`` vary some entries. Distributions: ``low..high`` (uniform),
``normal(mean, deviation)``, ``triangular(low, mode, high)``, and a list of equally likely values ``10, 20, 30``.
``+-20%`` is short for ``80%..120%``. Numbers with a percent sign are relative to the data.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy.special import ndtri

from formulations.formulation import Identifier, Member
from formulations.program import Floats

#: Ends of an unbounded distribution for tornado, grid and sliders: these shares lie below them.
_TAILS = (0.05, 0.95)
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_VALUE = re.compile(rf"\s*({_NUMBER})\s*(%?)\s*")
_TARGET = re.compile(r"\s*([^\W\d]\w*)\s*(\[.*\])?\s*(together)?\s*", re.DOTALL)
_INDEX = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|(\*)|([+-]?\d+)(?=\s*(?:,|$))|([^,'\"\[\]*]+?))\s*(?:,|$)")


class VariationError(ValueError):
    """A variation cannot be read or does not fit the data: ``str`` says what, why and what to do."""


class _Distribution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Range(_Distribution):
    """Uniform between two ends."""

    kind: Literal["range"] = "range"
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.low > self.high:
            raise ValueError(f"the range {self.low:g}..{self.high:g} is empty: write the smaller number first")
        return self

    @property
    def numbers(self) -> tuple[float, ...]:
        return (self.low, self.high)

    def quantile(self, shares: Floats) -> Floats:
        return np.asarray(self.low + (self.high - self.low) * shares)

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high


class Normal(_Distribution):
    kind: Literal["normal"] = "normal"
    mean: float = Field(allow_inf_nan=False)
    deviation: float = Field(ge=0, allow_inf_nan=False)

    @property
    def numbers(self) -> tuple[float, ...]:
        return (self.mean, self.deviation)

    def quantile(self, shares: Floats) -> Floats:
        # The outermost shares would be infinitely far away.
        return np.asarray(self.mean + self.deviation * ndtri(np.clip(shares, 1e-9, 1 - 1e-9)))

    @property
    def ends(self) -> tuple[float, float]:
        low, high = self.quantile(np.array(_TAILS)).tolist()
        return low, high


class Triangular(_Distribution):
    kind: Literal["triangular"] = "triangular"
    low: float = Field(allow_inf_nan=False)
    mode: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not self.low <= self.mode <= self.high:
            raise ValueError("a triangular distribution needs low <= mode <= high")
        return self

    @property
    def numbers(self) -> tuple[float, ...]:
        return (self.low, self.mode, self.high)

    def quantile(self, shares: Floats) -> Floats:
        width = self.high - self.low
        if width == 0:
            return np.full(np.shape(shares), self.low)
        left, right = self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(shares * width * left)
        falling = self.high - np.sqrt((1 - shares) * width * right)
        return np.where(shares <= left / width, rising, falling)

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high


class Values(_Distribution):
    """Some values, equally likely; a grid takes each of them."""

    kind: Literal["values"] = "values"
    values: tuple[Annotated[float, Field(allow_inf_nan=False)], ...] = Field(min_length=1)

    @property
    def numbers(self) -> tuple[float, ...]:
        return self.values

    def quantile(self, shares: Floats) -> Floats:
        places = np.minimum((np.asarray(shares) * len(self.values)).astype(int), len(self.values) - 1)
        return np.asarray(np.array(self.values)[places])

    @property
    def ends(self) -> tuple[float, float]:
        return min(self.values), max(self.values)


Distribution = Annotated[Range | Normal | Triangular | Values, Field(discriminator="kind")]


class Variation(BaseModel):
    """One line: the entries of a parameter that vary, and their distribution.

    index: one member, or None for all, at each position; empty means all entries. together: one number is drawn for
    all of them. relative: the numbers of the distribution are percent of the value in the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: Identifier
    index: tuple[Member | None, ...] = ()
    together: bool = False
    relative: bool = False
    distribution: Distribution

    def __str__(self) -> str:
        index = ", ".join("*" if member is None else repr(member) for member in self.index)
        target = self.parameter + (f"[{index}]" if self.index else "") + (" together" if self.together else "")
        return f"{target}: {self._distribution_text()}"

    def _distribution_text(self) -> str:
        sign = "%" if self.relative else ""
        numbers = [repr(number).removesuffix(".0") + sign for number in self.distribution.numbers]
        match self.distribution:
            case Range():
                return "..".join(numbers)
            case Values():
                return ", ".join(numbers)
            case Normal() | Triangular():
                return f"{self.distribution.kind}({', '.join(numbers)})"


def parse_variation(text: str) -> Variation:
    """The variation that a line describes. Raises VariationError."""
    head, colon, tail = _divided(text)
    target = _TARGET.fullmatch(head)
    if not colon or target is None:
        raise VariationError(
            f"cannot read {text!r}: write a parameter, a colon and a distribution, such as demand: 80%..120%"
        )
    name, index, together = target.groups()
    distribution, relative = _distribution(tail.strip(), text)
    return Variation(
        parameter=name,
        index=_index(index, text) if index else (),
        together=together is not None,
        relative=relative,
        distribution=distribution,
    )


def parse_target(text: str) -> tuple[str, tuple[Member | None, ...]]:
    """Name and index of ``demand['north']`` or ``cost[*, 3]``. Raises VariationError."""
    target = _TARGET.fullmatch(text)
    if target is None or target.group(3):
        raise VariationError(f"cannot read {text!r}: write a parameter and its members, such as demand['north']")
    return target.group(1), _index(target.group(2), text) if target.group(2) else ()


def _divided(text: str) -> tuple[str, str, str]:
    """The text before and behind the first colon outside brackets."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == ":" and depth == 0:
            return text[:place], ":", text[place + 1 :]
    return text, "", ""


def _index(text: str, whole: str) -> tuple[Member | None, ...]:
    inside, found, place = text[1:-1], list[Member | None](), 0
    while place < len(inside):
        match = _INDEX.match(inside, place)
        if match is None:
            raise VariationError(f"cannot read the index of {whole!r}: write members, or * for all: cost[*, 'north']")
        single, double, star, number, word = match.groups()
        quoted = single if single is not None else double
        found.append(None if star else int(number) if number else quoted if quoted is not None else word)
        place = match.end()
    if not found:
        raise VariationError(f"cannot read {whole!r}: the brackets are empty")
    return tuple(found)


def _distribution(text: str, whole: str) -> tuple[Distribution, bool]:
    call = re.fullmatch(r"(\w+)\s*\((.*)\)", text, re.DOTALL)
    spread = re.fullmatch(r"(?:\+-|\+/-|±)(.*)", text, re.DOTALL)
    try:
        if call is not None:
            return _called(call.group(1), *_numbers(call.group(2).split(","), whole), whole)
        if spread is not None:
            (half,), relative = _numbers([spread.group(1)], whole)
            if not relative:
                raise VariationError(f"cannot read {whole!r}: +- is for shares, such as +-20%")
            return Range(low=100 - half, high=100 + half), True
        if ".." in text:
            ends, relative = _numbers(text.split(".."), whole)
            if len(ends) != 2:
                raise VariationError(f"cannot read {whole!r}: a range has two ends, such as 10..20")
            return Range(low=ends[0], high=ends[1]), relative
        values, relative = _numbers(text.split(","), whole)
        return Values(values=tuple(values)), relative
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise VariationError(f"{whole!r}: {reason[0].lower()}{reason[1:]}") from None


def _called(name: str, numbers: Sequence[float], relative: bool, whole: str) -> tuple[Distribution, bool]:
    match name, numbers:
        case "normal", [mean, deviation]:
            return Normal(mean=mean, deviation=deviation), relative
        case "triangular", [low, mode, high]:
            return Triangular(low=low, mode=mode, high=high), relative
    raise VariationError(
        f"cannot read {whole!r}: there are normal(mean, deviation), triangular(low, mode, high), low..high and lists"
    )


def _numbers(parts: Sequence[str], whole: str) -> tuple[list[float], bool]:
    """The numbers, and whether they have a percent sign."""
    found = [_VALUE.fullmatch(part) for part in parts]
    if not all(found):
        wrong = next(part for part, match in zip(parts, found, strict=True) if match is None)
        raise VariationError(f"cannot read {whole!r}: {wrong.strip()!r} is not a number")
    signs = {match.group(2) for match in found if match is not None}
    if len(signs) > 1:
        raise VariationError(f"cannot read {whole!r}: give all numbers in percent, or none")
    numbers = [float(match.group(1)) for match in found if match is not None]
    if not all(map(math.isfinite, numbers)):
        raise VariationError(f"cannot read {whole!r}: a number is too large")
    return numbers, signs == {"%"}
