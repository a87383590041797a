"""Names and figures of one segment put together: who stands for whom, and what each figure is given for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .facts import Fact
from .kinds import Kind, kind_of, several_kinds
from .members import Family, Naming
from .segments import Number, Segment

_CUT = re.compile(r"[,;:.()]|\b(?:but|yet|while|and|against|although|whereas)\b", re.I)


@dataclass(slots=True)
class SegmentReader:
    text: str
    segment: Segment
    places: list[Naming]
    numbers: list[Number]
    families: tuple[Family, ...]
    last_kind: Kind
    order: tuple[Naming, ...]

    def read(self) -> Iterator[Fact]:
        origins = self.places[:1] if self._heads() else [p for p in self.places if self._is_origin(p)]
        if origins:
            yield from self._pairs(origins)
            return
        if len(self.places) == 1:
            yield from self._single(self.places[0])
        elif len(self.places) == len(self.numbers) and len({p.index for p in self.places}) == len(self.places):
            yield from self._listed()
        elif len(self.places) == 2 and len({(p.family, p.index) for p in self.places}) == 2:
            first, second = self.places
            for number in self.numbers:
                yield self._fact((first, second), number)
        elif self._leads(self.places[0]):
            yield from self._pairs(self.places[:1])

    def _heads(self) -> bool:
        """The first name stands before a colon and others follow: "City 2: receives from City 0 (3 tons), …"."""
        first = self.places[0]
        after = self.text[first.end : self.segment.end]
        return (
            len(self.places) > 1
            and re.match(r"\s*(?:\([^()\d]{0,60}\))?\s*:", after) is not None
            and all(p.start > first.end for p in self.places[1:])
        )

    def _leads(self, place: Naming) -> bool:
        """The first name heads the segment and the others are its partners."""
        return len(self.places) == len(self.numbers) + 1 and all(p.start > place.start for p in self.places[1:])

    def _is_origin(self, place: Naming) -> bool:
        before = self.text[max(self.segment.start, place.start - 28) : place.start].lower()
        if re.search(r"\bfrom(?:/to)?(?: the)?(?: \w+)?\s*$", before):
            return True
        return (
            place is self.places[0]
            and re.search(r"\bfor\s*(?:\w+\s)?$", before) is not None
            and (
                re.search(r"\bto\b", self.text[place.end : self.segment.end]) is not None
                and len(self.places) == len(self.numbers) + 1
            )
        )

    def _pairs(self, origins: list[Naming]) -> Iterator[Fact]:
        cuts = [*(o.start for o in origins), self.segment.end]
        lead = [n for n in self.numbers if n.start < origins[0].start]
        if lead and len(lead) + len([n for n in self.numbers if n.start > origins[-1].end]) == len(self.numbers):
            if len(lead) == 1 and len(origins) == 1 and len(self.numbers) == 1:
                targets = [p for p in self.places if p is not origins[0]]
                if len(targets) == 1:
                    yield self._fact((origins[0], targets[0]), lead[0])
            return
        for k, origin in enumerate(origins):
            low, high = cuts[k], cuts[k + 1]
            targets = [p for p in self.places if low < p.start < high and p is not origin]
            numbers = [n for n in self.numbers if low <= n.start < high]
            if not numbers:
                continue
            if not targets:
                targets = [p for p in self.order if (p.family, p.index) != (origin.family, origin.index)]
                if len(targets) != len(numbers):
                    targets = self._whole_family(origin, len(numbers))
            if len(targets) == len(numbers):
                for target, number in zip(targets, numbers, strict=True):
                    yield self._fact((origin, target), number)
                self.order = tuple(targets)
            elif len(targets) == 1:
                for number in numbers:
                    yield self._fact((origin, targets[0]), number)
            elif targets:
                yield from self._nearest(origin, targets, numbers, high)

    def _whole_family(self, origin: Naming, count: int) -> list[Naming]:
        """Every member in order, where the figures are one for each: "from Center 2: 3, 8, 0 and 10"."""
        for family in self.families:
            if family is not origin.family and len(family.members) == count:
                return [Naming(family, k, origin.start, origin.end) for k in range(count)]
        if len(origin.family.members) == count:
            return [Naming(origin.family, k, origin.start, origin.end) for k in range(count)]
        if len(origin.family.members) == count + 1:
            return [Naming(origin.family, k, origin.start, origin.end) for k in range(count + 1) if k != origin.index]
        return []

    def _nearest(
        self, origin: Naming, targets: Sequence[Naming], numbers: Sequence[Number], high: int
    ) -> Iterator[Fact]:
        """Where the counts differ, the figure that follows each destination before the next one."""
        ends = [*(t.start for t in targets[1:]), high]
        for target, end in zip(targets, ends, strict=True):
            following = [n for n in numbers if target.end <= n.start < end]
            if following:
                yield self._fact((origin, target), following[0])

    def _single(self, place: Naming) -> Iterator[Fact]:
        numbers = self.numbers
        for number in numbers:
            yield self._fact((place,), number)

    def _listed(self) -> Iterator[Fact]:
        """As many names as figures: "Basel can handle 250 pallets, Linz 220 and Trento (needs 150)"."""
        kind: Kind = ""
        for place, number in zip(self.places, self.numbers, strict=True):
            kind = self._near(number) or kind or self._kind(number)
            yield Fact((place,), number.value, kind, number.start, number.end)

    def _fact(self, members: tuple[Naming, ...], number: Number) -> Fact:
        kind = self._kind(number, pair=len(members) == 2)
        if len(members) == 2 and kind == "supply":
            kind = "capacity"
        return Fact(members, number.value, kind, number.start, number.end)

    def _near(self, number: Number) -> Kind:
        """What the words around the figure, between marks and other figures, say that it is."""
        text, segment = self.text, self.segment
        earlier = max([segment.start, *(n.end for n in self.numbers if n.end <= number.start)])
        before = text[earlier : number.start]
        cuts = [m.end() for m in _CUT.finditer(before)]
        left = before[cuts[-1] :] if cuts and before[cuts[-1] :].strip(" $") else before if not cuts else ""
        cut = _CUT.search(text, number.end, segment.end)
        right = text[number.end : cut.start() if cut else segment.end]
        return kind_of(f"{left} {right}")

    def _kind(self, number: Number, *, pair: bool = False) -> Kind:
        whole = self.text[self.segment.start : self.segment.end]
        near = self._near(number)
        if not pair:
            return near or kind_of(self.segment.heading, whole, "cost" if number.money else "")
        told = near in ("fixed", "capacity") and len(self.numbers) > 1 and self._several()
        return near if told else kind_of(whole, self.segment.heading) or self.last_kind

    def _several(self) -> bool:
        """Several kinds of figures in one segment: "fixed cost 30, capacity 20"."""
        whole = self.text[self.segment.start : self.segment.end]
        return several_kinds(whole)
