"""The tables of a text, found once for all readers: by pipes and columns, in LaTeX, in lists of records, in prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from copilot.formulators.offline.words.layouts import piped
from copilot.formulators.offline.words.tables import Table, tables
from copilot.formulators.offline.words.tokens import clean

from .bullets import bullet_tables
from .inline import inline_tables

#: What is found is kept for so many texts: all readers of a text ask for the same.
_KEPT = 4
#: A line break after a long line that neither ends a heading nor opens a bullet, a table row or a paragraph.
_WRAP = re.compile(r"(?<=[^\n:|]{55}[^\n:|])\n(?=[A-Za-z0-9(\"'$])(?!\d{1,2}[.)] )")

_TABULAR = re.compile(
    r"\\begin\{(?:tabular|array)\}(?:\{[^}\n]{0,60}\})?(?P<body>.{1,6000}?)\\end\{(?:tabular|array)\}", re.S
)
_RULE = r"\\[a-z]+(?:\{[\d-]*\})?"
#: The end of a row with the rules and lines after it, a rule elsewhere, a word in another type.
_ROW_END = re.compile(rf"\\\\(?:\s|{_RULE})*")
_RULED = re.compile(rf"{_RULE}[ \t]*")
_TYPED = re.compile(r"\\[a-z]+\{(?P<words>[^{}\d-][^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Found:
    """``text`` is as long as the original, each paragraph on one line; ``prose`` is the same without ``tables``."""

    text: str
    prose: str
    tables: tuple[Table, ...]


@lru_cache(maxsize=_KEPT)
def found_in(original: str) -> Found:
    """The text without its tables and lists of records, character for character, and those as tables."""
    text = unwrapped(original)
    prose, listed = bullet_tables(_TABULAR.sub(_piped, text))
    prose, lined = tables(clean(prose))
    prose, told = inline_tables(prose)
    return Found(text, prose, (*lined, *listed, *told))


def unwrapped(text: str) -> str:
    """The text with line breaks inside paragraphs and marks of bold print as spaces, character for character."""
    return _WRAP.sub(" ", piped(text).replace("**", "  "))


def _piped(match: re.Match[str]) -> str:
    """A LaTeX tabular with pipes for its marks, character for character."""
    body = _TYPED.sub(lambda m: m["words"].rjust(len(m[0]) - 1) + " ", match["body"])
    body = _ROW_END.sub(lambda m: "|" + " " * (len(m[0]) - 2) + "\n", body)
    body = body.replace("\\%", " %").replace("\\$", " $").replace("&", "|")
    body = _RULED.sub(lambda m: " " * len(m[0]), body)
    head, tail = match.start("body") - match.start(), match.end() - match.end("body")
    return " " * head + body + " " * tail
