"""The safe writing of Python source: identifiers, comments, docstrings, literals, and lines of readable length.

Names, members and descriptions come from people and models: none of them can leave its comment, its docstring or
its quotes.
"""

from __future__ import annotations

import builtins
import io
import itertools
import keyword
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
        normal = "".join(c if f"a{c}".isidentifier() else "_" for c in unicodedata.normalize("NFKC", name))
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


def folded(line: str, *, inside: bool = False) -> list[str]:
    """A line of code, broken inside its brackets where it is too long to read.

    The longest bracket is opened: its parts, split at commas or before ``for`` and ``if`` (failing those, before
    operators), stand one to a line and are folded in turn. ``inside`` tells that the line stands in a bracket itself,
    so that it may be broken before its operators.
    """
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if len(line) <= WIDTH or code.startswith("#"):
        return [line]
    if inside:
        pieces = _at_operators(code)
        if len(pieces) > 1:
            return [text for piece in pieces for text in folded(indent + piece, inside=True)]
    opened = _opened(code)
    if opened is None and code.startswith("return "):
        opened = _opened(f"return ({code.removeprefix('return ')})")
    if opened is None:
        return [line]
    before, parts, after = opened
    together = f"{indent}{INDENT}{' '.join(parts).removesuffix(',')}"
    if len(together) <= WIDTH:
        return [indent + before, together, *folded(indent + after)]
    inner = [text for part in parts for text in folded(f"{indent}{INDENT}{part}", inside=True)]
    return [indent + before, *inner, *folded(indent + after)]


def _opened(code: str) -> tuple[str, list[str], str] | None:
    """The code up to an opening bracket, the parts inside, and the code from its closing bracket."""
    found = _tokens(code)
    outermost: list[tuple[int, int]] = []
    start = 0
    for position, (token, depth) in enumerate(found):
        if token.string in _OPENING and depth == 1:
            start = position
        elif token.string in _CLOSING and depth == 1:
            outermost.append((start, position))
    if not outermost:
        return None
    first, last = max(outermost, key=lambda pair: found[pair[1]][0].start[1] - found[pair[0]][0].end[1])
    begin, end = found[first][0].end[1], found[last][0].start[1]
    if end - begin < _WORTHWHILE:
        return None
    cuts = _breaks([token for token, depth in found[first + 1 : last] if depth == 1])
    parts = _cut(code[:end], [begin, *cuts])
    if len(parts) > 1 and parts[0].endswith(","):
        parts[-1] = parts[-1].removesuffix(",") + ","
    return code[:begin], parts, code[end:]


def _at_operators(code: str) -> list[str]:
    """The code cut before its weakest operators outside all brackets."""
    level = [token for token, depth in _tokens(code) if depth == 0]
    return _cut(code, [0, *_operator_breaks(level)])


def _cut(code: str, cuts: Sequence[int]) -> list[str]:
    return [part for a, b in itertools.pairwise([*cuts, len(code)]) if (part := code[a:b].strip())]


def _tokens(code: str) -> list[tuple[tokenize.TokenInfo, int]]:
    """Each token with its depth in brackets, a bracket counting itself; nothing for code that is not whole."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, IndentationError):
        return []
    depth = 0
    result = []
    for token in found:
        depth += token.string in _OPENING
        if token.string.strip():
            result.append((token, depth))
        depth -= token.string in _CLOSING
    return result


_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
#: A bracket with fewer characters inside is left closed.
_WORTHWHILE = 20
_WEAKEST_FIRST = (("or",), ("and",), ("<=", ">=", "=="), ("+", "-"), ("*", "/"))


def _breaks(level: Sequence[tokenize.TokenInfo]) -> list[int]:
    """Columns at which the parts inside a bracket begin, given the tokens directly inside it."""
    if any(token.string == "for" for token in level):
        return [token.start[1] for token in level if token.string in ("for", "if")]
    commas = [token.end[1] for token in level if token.string == ","]
    return commas or _operator_breaks(level)


def _operator_breaks(level: Sequence[tokenize.TokenInfo]) -> list[int]:
    for operators in _WEAKEST_FIRST:
        found = [token.start[1] for token in level[1:] if token.string in operators]
        if found:
            return found
    return []
