"""The fields of one line of an MPS file, without the names of right-hand-side, range and bound sets."""

from __future__ import annotations

Fields = tuple[str, ...]
#: Where the six fields of fixed format begin and end.
_PLACES = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))
#: Sections of pairs with the name of a set before them.
_NAMED = ("RHS", "RANGES")


def free_fields(section: str, line: str) -> Fields:
    """Fields separated by blanks; what follows a ``$`` is a comment."""
    words = line.split()
    for position, word in enumerate(words):
        if word.startswith("$") and position > 1:
            del words[position:]
            break
    if section in _NAMED and len(words) % 2 == 1:
        del words[0]
    return tuple(words)


def fixed_fields(section: str, line: str) -> Fields:
    """Fields by their place in the line, inner blanks being part of a name."""
    # Markers stand at other places than the format says in most files.
    if section in ("OBJSENSE", "OBJNAME") or "'MARKER'" in line:
        return tuple(line.split())
    line = line.expandtabs()
    fields = [line[start:end].strip() for start, end in _PLACES]
    while fields and not fields[-1]:
        fields.pop()
    if section == "ROWS":
        return tuple(fields[:2])
    if section in _NAMED:
        return tuple(fields[2:])
    if section == "BOUNDS":
        return (*fields[:1], *fields[2:4])
    if section == "INDICATORS":
        return tuple(fields[:4])
    return tuple(fields[1:])
