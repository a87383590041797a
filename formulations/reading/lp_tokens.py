"""The tokens of LP files: words, numbers and operators, with section headers recognized where a line begins."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, NoReturn

from formulations.reading.source import FileError

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number> (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
    | (?P<name> [^\W\d][^\s\[\]<>=:+\-*^/\\]*(?:/(?=\w)[^\s\[\]<>=:+\-*^/\\]*)*(?:\[[^\]\s<>=:^\\]*\])?
              | [!"\#$%&(),;?@'`{}~][^\s\[\]<>=:+\-*^/\\]* )
    | (?P<operator> <->|->|<=|=<|>=|=>|==|[<>=+\-*^/:\[\]] )
    )""",
    re.VERBOSE,
)
#: What a section may be called, at the beginning of a line and in any case, by the name used here.
_SECTIONS = {
    "minimize": r"minimi[sz]e|minimum|min",
    "maximize": r"maximi[sz]e|maximum|max",
    "subject to": r"subject\s+to|such\s+that|s\.t\.|st\.|st|lazy\s+constraints",
    "bounds": r"bounds?",
    "general": r"generals?|gens?|integers?|ints?",
    "binary": r"binary|binaries|bins?",
    "semicontinuous": r"semi-continuous|semis?",
    "sos": r"sos[12]?",
    "general constraints": r"general\s+constraints|gencons",
    "user cuts": r"user\s+cuts",
    "pwlobj": r"pwlobj|pwl",
    "end": r"end",
}
#: A word that an operator follows is a variable or a label, whatever it is called.
_HEADER = re.compile(
    r"\s*(?:"
    + "|".join(f"(?P<{'_'.join(name.split())}>{words})" for name, words in reversed(_SECTIONS.items()))
    + r")(?=\s|$)(?!\s*(?:[<>=:*^/]|->))",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(r"\s*multi-objectives", re.IGNORECASE)


class Token(NamedTuple):
    """``kind`` is section, number, name or operator; ``line`` counts from 1, ``column`` from 0."""

    kind: str
    text: str
    line: int
    column: int


def tokenize(lines: Iterable[str], file: str) -> Iterator[Token]:
    """All tokens up to End. Raises FileError for a character that belongs nowhere, and if End is missing."""
    count = 0
    for count, whole in enumerate(lines, 1):
        line = whole.split("\\", 1)[0].rstrip()
        at = 0
        header = _HEADER.match(line)
        if header:
            section = str(header.lastgroup).replace("_", " ")
            yield Token("section", section, count, header.start(section.replace(" ", "_")))
            if section == "end":
                return
            at = header.end()
            multiple = _MULTIPLE.match(line, at)
            if multiple:
                yield Token("section", "multi-objectives", count, at)
        while at < len(line):
            match = _TOKEN.match(line, at)
            if match is None:
                at += len(line[at:]) - len(line[at:].lstrip())
                reason = f"the character {line[at]!r} does not belong in an LP file"
                raise FileError(file, reason, line=count, text=whole, column=at, hint="is this an LP file?")
            kind = str(match.lastgroup)
            yield Token(kind, match[kind], count, match.start(kind))
            at = match.end()
    raise FileError(
        file,
        "the file ends without End",
        line=count,
        hint="it may be cut off: write the line End if it is complete",
    )


class Tokens:
    """A stream of tokens with a view ahead."""

    def __init__(self, tokens: Iterator[Token], lines: Sequence[str], file: str) -> None:
        self._tokens = tokens
        self._lines = lines
        self._file = file
        self._ahead: deque[Token] = deque()

    def peek(self, distance: int = 0) -> Token:
        """The token ``distance`` places ahead; near the end of the file, the last one."""
        while len(self._ahead) <= distance:
            if self._ahead and self._ahead[-1].text == "end" and self._ahead[-1].kind == "section":
                return self._ahead[-1]
            self._ahead.append(next(self._tokens))
        return self._ahead[distance]

    def take(self) -> Token:
        token = self.peek()
        self._ahead.popleft()
        return token

    def expect_name(self) -> Token:
        token = self.take()
        if token.kind != "name":
            found = "the section ends" if token.kind == "section" else f"'{token.text}' stands"
            self.fail(token, f"{found} where the name of a variable is expected")
        return token

    def number(self, token: Token) -> float:
        value = float(token.text)
        if not math.isfinite(value):
            self.fail(token, f"the number {token.text} is too large", "write inf for a bound that does not exist")
        return value

    def fail(self, token: Token, reason: str, hint: str = "") -> NoReturn:
        """Raises FileError at the token."""
        text = self._lines[token.line - 1]
        raise FileError(self._file, reason, line=token.line, text=text, column=token.column, hint=hint)
