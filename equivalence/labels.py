"""What labels of columns say before anybody looks at the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: x1, v_2, C0003, col7: a stem that says nothing, and a number.
_NUMBERED = re.compile(r"(x|y|z|v|c|col|column|var|variable)_?\(?\[?(\d+)\]?\)?", re.IGNORECASE)


def running_numbers(labels: Iterable[str]) -> bool:
    """Whether all labels are one meaningless stem with the numbers from 0 or 1 on, each once."""
    found = [_NUMBERED.fullmatch(label) for label in labels]
    known = [match for match in found if match is not None]
    if not known or len(known) < len(found) or len({match[1] for match in known}) > 1:
        return False
    numbers = sorted(int(match[2]) for match in known)
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
