"""The tokens of expressions and of the notation, and the quoting of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["number", "string", "raw", "name", "operator", "unknown"]

# Text between backquotes is raw: the notation keeps there what is not an expression, the parser refuses it.
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<raw>`(?:[^`\\\n]|\\.)*`)
      | (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<foreign>===|=[<>]|<>|:=|&&|\|\||//|\.\.+)
      | (?P<operator>\*\*|<=|>=|==|!=|[-+*/<>()\[\],:])
      | (?P<unknown>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00[0-9a-fA-F]{6})|(.))", re.DOTALL)
_SHORT_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'", "`": "`"}


class Token(NamedTuple):
    kind: Kind
    text: str
    at: int

    @property
    def end(self) -> int:
        return self.at + len(self.text)

    @property
    def nesting(self) -> int:
        """1 for an opening bracket, -1 for a closing one, otherwise 0."""
        return (self.text in ("(", "[", "{")) - (self.text in (")", "]", "}"))

    def closes_operand(self) -> bool:
        """Whether an operand ends here, so that an operator or a closing bracket must follow."""
        if self.kind == "name":
            return self.text not in OPERATOR_WORDS
        return self.kind in ("number", "string", "raw") or self.text in (")", "]")


#: Words that stand between operands.
OPERATOR_WORDS = frozenset({"and", "or", "not", "in", "for", "if", "else", "is", "when"})


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """All tokens of any text from ``start`` on, without the space between them; nothing is refused."""
    position = start
    match_at = _TOKEN.match
    while position < len(text):
        match = match_at(text, position)
        assert match is not None, "the last alternative matches any character"
        kind = match.lastgroup
        end = match.end()
        if kind == "name" and end < len(text) and not text[end].isascii():
            end = _name_end(text, end)
        if kind != "space":
            known = "unknown" if kind == "foreign" else kind
            yield Token(known, text[position:end], position)  # type: ignore[arg-type]
        position = end


def _name_end(text: str, end: int) -> int:
    # \w leaves out combining marks, which identifiers may contain.
    while end < len(text) and not text[end].isascii() and ("a" + text[end]).isidentifier():
        end += 1
        while end < len(text) and ("a" + text[end]).isidentifier():
            end += 1
    return end


def quoted(text: str, mark: str = '"') -> str:
    """``text`` between quotes; quotes, backslashes and what does not print are escaped."""
    return mark + "".join(_escaped(character, mark) for character in text) + mark


def _escaped(character: str, mark: str) -> str:
    if character in (mark, "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    if character == "\n":
        return "\\n"
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def unquoted(token: str) -> str:
    """The text between the quotes of a string token. Raises ValueError (message, offset) for a bad escape."""

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code is not None:
            value = int(code, 16)
            if value <= 0x10FFFF:
                return chr(value)
        elif match[4] in _SHORT_ESCAPES:
            return _SHORT_ESCAPES[match[4]]
        raise ValueError(f"unknown escape {match[0]!r} in a quoted text", match.start() + 1)

    return _ESCAPE.sub(character, token[1:-1])
