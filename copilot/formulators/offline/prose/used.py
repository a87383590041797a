"""What the comparisons of a sentence have already read."""

from __future__ import annotations

from .linear import LinearForm


class Used(set[int]):
    """Token positions of numbers that some clause of the sentence has used.

    ``spans`` are token ranges that comparisons have read: the entities in them are spoken for. Comparisons that
    begin before ``passed`` are part of one that was read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spans: list[tuple[int, int]] = []
        self.definition: LinearForm | None = None
        self.reach: int | None = None
        self.passed: int = 0

    def free(self, i: int) -> bool:
        return not any(first <= i < last for first, last in self.spans)
