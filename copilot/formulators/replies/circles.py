"""Replies that never end: a small model that says the same again and again."""

from __future__ import annotations

import re

#: So many lines in a row that say the same are a circle.
_CIRCLE = 4
#: So many characters of one piece, of at most so many, are a stutter; a row of zeros in a program is shorter.
_STUTTER, _PIECE = 400, 24


def goes_in_circles(reply: str) -> bool:
    """Whether a reply says the same again and again: its last lines, but for their names and notes, or its tail."""
    bodies = [re.sub(r"^\s*constraint\s+\w+|\"[^\"]*\"|\s+", "", line) for line in reply.splitlines()]
    bodies = [body for body in bodies if body and not body.startswith("#")]
    last = bodies[-_CIRCLE:]
    return stutters(reply) or (len(last) == _CIRCLE and len(set(last)) == 1)


def stutters(reply: str) -> bool:
    """Whether the end of a reply is one short piece over and over, which a small model never leaves again."""
    tail = reply[-_STUTTER:]
    return len(tail) == _STUTTER and any(tail[piece:] == tail[:-piece] for piece in range(1, _PIECE + 1))
