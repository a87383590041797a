"""The safe writing of Python source: identifiers, comments, docstrings, literals, and lines of readable length.

Names, members and descriptions come from people and models: none of them can leave its comment, its docstring or
its quotes.
"""

from __future__ import annotations

import builtins
import io
import itertools
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from formulations.formulation import Member

WIDTH = 100
INDENT = "    "

#: What generated modules import or define themselves, beside what each target adds.
RESERVED = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
    | {"DATA", "annotations", "bisect", "build", "collections", "data", "defaultdict", "index", "json", "label", "main"}
    | {"math", "report", "solve", "sys", "values"}
)


def identifiers(names: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """A distinct Python identifier for each name: the name itself wherever that is possible.

    Reserved words and names that Python would read as the same one (it normalizes them) get an underscore.
    """
    taken = {*RESERVED, *reserved}
    result: dict[str, str] = {}
    for name in names:
        if name in result:
            continue
        normal = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
        candidate = normal if normal.isidentifier() and not normal.startswith("__") else f"v_{normal.strip('_')}"
        while candidate in taken:
            candidate += "_"
        taken.add(candidate)
        result[name] = candidate
    return result


def fresh(base: str, taken: Iterable[str]) -> str:
    """``base``, or ``base`` with underscores, that is not taken."""
    taken = set(taken)
    while base in taken:
        base += "_"
    return base


def one_line(text: str) -> str:
    """The text without line breaks, control characters and lone surrogates: safe in a comment."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())


def comment(text: str, indent: str = "") -> list[str]:
    """The text as comment lines; nothing for no text."""
    words = one_line(text)
    if not words:
        return []
    return [f"{indent}# {line}" for line in _wrapped(words, WIDTH - len(indent) - 2)]


def docstring(paragraphs: Sequence[str], indent: str = "") -> list[str]:
    """A docstring of the paragraphs, each on lines of its own, separated by empty lines."""
    lines: list[str] = []
    for paragraph in paragraphs:
        words = one_line(paragraph)
        if words:
            lines += ([""] if lines else []) + _wrapped(words, WIDTH - len(indent) - 3)
    safe = [_safe_in_docstring(line) for line in lines]
    if len(safe) <= 1:
        return [f'{indent}"""{"".join(safe)}"""']
    return [
        f'{indent}"""{safe[0]}',
        *(f"{indent}{line}" if line else "" for line in safe[1:]),
        f'{indent}"""',
    ]


def _safe_in_docstring(line: str) -> str:
    escaped = line.replace("\\", "\\\\")
    return escaped.replace('"', '\\"') if '"""' in escaped or escaped.endswith('"') else escaped


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


def number(value: float) -> str:
    """The shortest literal that Python reads back as the same number; whole numbers without a point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


Key = Member | tuple[Member, ...]


def key_text(key: Key) -> str:
    """A member or a tuple of members as a literal, in double quotes where that needs no escapes."""
    if isinstance(key, tuple):
        return f"({', '.join(key_text(member) for member in key)}{',' if len(key) == 1 else ''})"
    literal = repr(key)
    if literal.startswith("'") and '"' not in literal and "\\" not in literal:
        return f'"{literal[1:-1]}"'
    return literal


def list_literal(members: Sequence[Key], indent: str) -> str:
    """``["a", "b"]`` on as many lines as it needs; ``indent`` is that of the line it ends on."""
    return _bracketed("[", [key_text(member) for member in members], "]", indent)


def table_literal(entries: Mapping[Key, float], indent: str) -> str:
    """``{"a": 1, "b": 2}``; entries with the same first index stay together on a line."""
    items = [f"{key_text(key)}: {number(value)}" for key, value in entries.items()]
    groups = [key[0] if isinstance(key, tuple) else None for key in entries]
    return _bracketed("{", items, "}", indent, groups)


def _bracketed(opening: str, items: Sequence[str], closing: str, indent: str, groups: Sequence[object] = ()) -> str:
    flat = opening + ", ".join(items) + closing
    if len(flat) + len(indent) <= WIDTH - 30 or len(items) <= 1:
        return flat
    lines: list[str] = []
    current = ""
    for position, item in enumerate(items):
        new_group = bool(groups) and position > 0 and groups[position] != groups[position - 1]
        if current and (new_group or len(indent) + len(INDENT) + len(current) + len(item) + 2 > WIDTH):
            lines.append(current)
            current = ""
        current += f"{item}, "
    lines.append(current)
    inner = "\n".join(f"{indent}{INDENT}{line.rstrip()}" for line in lines)
    return f"{opening}\n{inner}\n{indent}{closing}"


def folded(line: str) -> list[str]:
    """A line of code, broken inside its brackets where it is too long to read.

    The longest bracket is opened: its parts, split at commas or before ``for`` and ``if`` (failing those, before
    operators), stand one to a line and are folded in turn.
    """
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if len(line) <= WIDTH or code.startswith("#"):
        return [line]
    pieces = _opened(code)
    if pieces is None and code.startswith("return "):
        pieces = _opened(f"return ({code.removeprefix('return ')})")
    if pieces is None:
        return [line]
    before, parts, after = pieces
    together = f"{indent}{INDENT}{' '.join(parts).removesuffix(',')}"
    if len(together) <= WIDTH and not code.startswith("@"):
        return [indent + before, together, *folded(indent + after)]
    inner = [part for text in parts for part in folded(f"{indent}{INDENT}{text}")]
    return [indent + before, *inner, *folded(indent + after)]


def _opened(code: str) -> tuple[str, list[str], str] | None:
    """The code up to an opening bracket, the parts inside, and the code from its closing bracket."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, IndentationError):
        return None
    tokens = [token for token in found if token.string.strip()]
    opened: list[int] = []
    outermost: list[tuple[int, int]] = []
    depths: list[int] = []
    for position, token in enumerate(tokens):
        if token.string in _OPENING:
            opened.append(position)
        depths.append(len(opened))
        if token.string in _CLOSING:
            start = opened.pop()
            if not opened:
                outermost.append((start, position))
    if not outermost:
        return None
    first, last = max(outermost, key=lambda pair: tokens[pair[1]].start[1] - tokens[pair[0]].end[1])
    start, end = tokens[first].end[1], tokens[last].start[1]
    level = [
        token for token, depth in zip(tokens[first + 1 : last], depths[first + 1 : last], strict=True) if depth == 1
    ]
    if end - start < _WORTHWHILE:
        return None
    cuts = [start, *_breaks(level), end]
    parts = [part for a, b in itertools.pairwise(cuts) if (part := code[a:b].strip())]
    if len(parts) > 1 and parts[0].endswith(","):
        parts[-1] = parts[-1].removesuffix(",") + ","
    return code[:start], parts, code[end:]


_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
#: A bracket with fewer characters inside is left closed.
_WORTHWHILE = 20
_WEAKEST_FIRST = (("or",), ("and",), ("<=", ">=", "=="), ("+", "-"), ("*", "/"))


def _breaks(level: Sequence[tokenize.TokenInfo]) -> list[int]:
    """Columns at which the parts inside a bracket begin, given the tokens directly inside it."""
    if any(token.string == "for" for token in level):
        return [token.start[1] for token in level if token.string in ("for", "if")]
    commas = [token.end[1] for token in level if token.string == ","]
    if commas:
        return commas
    for operators in _WEAKEST_FIRST:
        found = [token.start[1] for token in level[1:] if token.string in operators]
        if found:
            return found
    return []
