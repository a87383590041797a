"""What is refused before the grammar is asked: characters, numbers and habits from elsewhere, each with its cure."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Sequence

from formulations.caret import ParseError
from formulations.expression import AGGREGATES, FUNCTIONS
from formulations.habits import AFTER_OPERAND, SIGNS, WORDS
from formulations.lexical import OPERATOR_WORDS, Token, unquoted

#: Room for the objective of a program of two thousand columns, written out.
MAX_LENGTH = 60_000
MAX_TOKENS = 15_000
MAX_BRACKETS = 60
MAX_DEPTH = 200

#: Names that are taken: the functions, and the reserved words of Python, in which exports are written.
RESERVED = frozenset({*FUNCTIONS, *AGGREGATES, "piecewise", "when", *keyword.kwlist})

_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")
_CLOSING = {"(": ")", "[": "]"}
_COMPARISONS = frozenset({"<=", ">=", "==", "!=", "<", ">"})
#: Tokens that need an operand in front of them.
_NEEDS_LEFT = frozenset({"*", "/", "**", ",", ")", "]", "and", "or", "in", "if", "for", *_COMPARISONS})


def refuse(text: str, found: Sequence[Token], *, binders: bool = False) -> None:
    """Raise ParseError for the first token, reading from the left, that cannot be part of an expression.

    ``binders`` says that the text stands after "for", where commas, 'for' and 'if' need no brackets.
    """
    brackets: list[Token] = []
    signs = 0
    for number, token in enumerate(found):
        before = found[number - 1] if number else None
        after = found[number + 1] if number + 1 < len(found) else None
        _refuse_token(text, token, before, after)
        _refuse_bracket(text, token, brackets)
        if before is None:
            _refuse_start(text, token)
        else:
            _refuse_neighbors(text, before, token)
        if token.text == ":" or not (brackets or binders):
            _refuse_outside(text, token, brackets)
        signs = signs + 1 if token.text in ("-", "+", "not") else 0
        if signs > MAX_DEPTH:
            raise ParseError("too many signs in a row", text, token.at)
    if brackets:
        opened = brackets[-1]
        reason, hint = f"'{opened.text}' is never closed", f"add a '{_CLOSING[opened.text]}'"
        raise ParseError(reason, text, opened.at, hint=hint)
    if found and not found[-1].closes_operand():
        reason = f"the expression ends after '{found[-1].text}'"
        raise ParseError(reason, text, found[-1].at, hint="write the missing part or remove it")


def refuse_number(text: str, token: Token) -> float:
    """The value of a number token. Raises ParseError where it is not an ordinary finite decimal number."""
    digits = token.text.split(".")[0].split("e")[0].split("E")[0]
    if digits.startswith("00") or (len(digits) > 1 and digits.startswith("0") and text[: token.at].endswith(",")):
        hint = comma_hint(text, token.at)
        if "separators" in hint:
            raise ParseError("a comma does not separate thousands here", text, token.at - 1, hint=hint)
    if len(digits) > 1 and digits.startswith("0"):
        plain = token.text.lstrip("0")
        plain = plain if plain[:1].isdigit() else "0" + plain
        raise ParseError(
            "a number must not start with 0", text, token.at, hint=f"write {plain}" if len(plain) < 30 else ""
        )
    if not token.text.isascii():
        raise ParseError("digits must be plain: 0 to 9", text, token.at)
    value = float(token.text)
    if not math.isfinite(value):
        raise ParseError(
            "the number is too large", text, token.at, hint="leave a bound out instead of writing infinity"
        )
    return value


def _refuse_token(text: str, token: Token, before: Token | None, after: Token | None) -> None:
    match token.kind:
        case "number":
            _refuse_glued(text, token, before, after)
            refuse_number(text, token)
        case "string":
            try:
                unquoted(token.text)
            except ValueError as error:
                message, offset = error.args
                raise ParseError(message, text, token.at + offset, hint="write \\\\ for a backslash") from None
        case "name":
            if token.text in WORDS and token.text not in ("if", "for"):
                reason, hint = WORDS[token.text]
                raise ParseError(reason, text, token.at, hint=hint)
            if token.text in SIGNS or not token.text.isidentifier():
                bad = next((k for k, c in enumerate(token.text) if not ("a" + c).isidentifier()), 0)
                reason, hint = _character(token.text[bad])
                raise ParseError(reason, text, token.at + bad, hint=hint)
            if keyword.iskeyword(token.text) and token.text not in OPERATOR_WORDS:
                reason = f"'{token.text}' is a reserved word"
                raise ParseError(reason, text, token.at, hint=f"choose another name, for instance '{token.text}_'")
        case "raw" | "unknown":
            _refuse_unknown(text, token, before, after)


def _refuse_glued(text: str, token: Token, before: Token | None, after: Token | None) -> None:
    """``2x``, ``0.5mg``, ``8.5%``, ``1_000``, ``0x1F``, ``1j``: a number with something glued to its end."""
    if after is not None and after.text == "%" and not re.match(r"\s+(?!of\b)[\w(]", text[after.end :]):
        reason = "'%' does not belong after a number"
        raise ParseError(reason, text, after.at, hint=f"write {_plain(float(token.text) / 100)}")
    if after is None or after.at != token.end:
        return
    if after.kind == "unknown" and after.text in (".", "..", "..."):
        return
    if after.kind != "name":
        return
    if after.text.startswith("_") and after.text.replace("_", "").isdigit():
        hint = f"write {token.text}{after.text.replace('_', '')}"
        raise ParseError("digits must not be separated by '_'", text, after.at, hint=hint)
    if token.text == "0" and after.text[0] in "xXoObB":
        raise ParseError("only decimal numbers are read", text, token.at)
    if after.text in ("j", "J"):
        hint = f"write {token.text}*{after.text} for a product"
        raise ParseError("complex numbers are not read", text, token.at, hint=hint)
    hint = f"write {token.text}*{after.text} for a product; a unit is declared, not written after its number"
    raise ParseError(f"'{after.text}' stands directly after a number", text, after.at, hint=hint)


def _plain(value: float) -> str:
    return f"{value:.12g}"


def _refuse_unknown(text: str, token: Token, before: Token | None, after: Token | None) -> None:
    if token.kind == "raw":
        reason, hint = _character("`")
    elif token.text == "=" and before is not None and before.text in ("<", ">", "!"):
        reason, hint = f"there is a space inside '{before.text}='", f"write {before.text}= without a space"
    elif token.text == "{" and before is not None and before.kind == "name":
        reason, hint = "braces do not belong in an expression", _instead_of_brace(before.text)
    elif token.text in ('"', "'"):
        reason, hint = "the quote is never closed", f"add a {token.text} at the end of the member"
    elif token.text == ".":
        reason, hint = "attributes are not in the language", "write x[i] for an entry of x"
        if before is not None and before.kind == "number":
            reason, hint = "the number has two decimal points", "write one decimal point, no separators"
    else:
        reason, hint = _character(token.text)
    raise ParseError(reason, text, token.at, hint=hint)


def _instead_of_brace(word: str) -> str:
    """What to write for ``sum{``, ``sum_{``, ``x_{``, ``abs{``, ``in {``."""
    plain = word.rstrip("_")
    if plain in AGGREGATES:
        return f"write {plain}(x[i] for i in I)"
    if plain in FUNCTIONS:
        return f"write {plain}(...) with round brackets"
    if plain == "in":
        return "name a declared set after 'in'; a variable of 0 or 1 is declared binary"
    return f"write an index in square brackets, {plain or word}[i]"


def _character(character: str) -> tuple[str, str]:
    if character in SIGNS:
        return SIGNS[character]
    if character.isprintable():
        return f"the character '{character}' is not in the language", "remove it"
    return f"the invisible character U+{ord(character[0]):04X} is not in the language", "remove it"


def _refuse_bracket(text: str, token: Token, brackets: list[Token]) -> None:
    if token.text in _CLOSING:
        brackets.append(token)
        if len(brackets) > MAX_BRACKETS:
            reason = f"brackets are nested more than {MAX_BRACKETS} deep"
            raise ParseError(reason, text, token.at, hint="split the expression")
    elif token.text in (")", "]"):
        if not brackets:
            raise ParseError(f"'{token.text}' closes nothing", text, token.at, hint="remove it")
        opened = brackets.pop()
        if _CLOSING[opened.text] != token.text:
            reason = f"'{token.text}' does not close '{opened.text}'"
            raise ParseError(reason, text, token.at, hint=f"write '{_CLOSING[opened.text]}'")


def _refuse_neighbors(text: str, before: Token, token: Token) -> None:
    """Two operands without an operator between them, or an operator without its left operand."""
    if not before.closes_operand():
        _refuse_gap(text, before, token)
        return
    if token.text == "(" and (before.kind in ("number", "string") or before.text in (")", "]")):
        reason = "an operator is missing before '('"
        raise ParseError(reason, text, token.at, hint="write * for a product")
    starts = token.kind in ("number", "string") or (token.kind == "name" and token.text not in OPERATOR_WORDS)
    if starts:
        reason = f"an operator is missing between {_shown(before)} and {_shown(token)}"
        raise ParseError(reason, text, token.at, hint=_missing_operator(before, token))
    if token.text == "[" and before.kind in ("number", "string"):
        raise ParseError(f"{_shown(before)} has no entries", text, token.at, hint="only a name can be indexed")


def _missing_operator(before: Token, token: Token) -> str:
    if "string" in (before.kind, token.kind):
        return "write a comma between indices"
    if token.kind == "number" and before.kind == "number" and token.text.startswith("."):
        return "a number has one decimal point and no separators"
    if token.text in AFTER_OPERAND:
        return AFTER_OPERAND[token.text]
    if before.text.lower() in ("min", "max", "minimize", "maximize", "minimise", "maximise"):
        return "the sense stands before the colon: minimize NAME: EXPRESSION"
    if before.kind == "number":
        return f"write {before.text}*{token.text} for a product; a unit is declared, not written after its number"
    return "write * for a product; names have no spaces in them"


def _refuse_start(text: str, token: Token) -> None:
    if token.text in _NEEDS_LEFT and token.text not in ("if", "for"):
        reason = f"nothing stands in front of '{token.text}'"
        raise ParseError(reason, text, token.at, hint="write the left side or remove it")


def _refuse_gap(text: str, before: Token, token: Token) -> None:
    if token.text not in _NEEDS_LEFT or (before.text, token.text) == ("not", "in"):
        return
    if before.text == "[" and token.text == "]":
        reason, hint = "the index is missing", "write x[i], or x alone if it has no index"
    elif before.text == "(" and token.text == ")":
        reason, hint = "nothing stands between the brackets", "write the argument or remove the brackets"
    elif before.text == token.text == "*":
        reason, hint = "'*' stands twice", "write * for a product, ** for a power"
    elif (before.text, token.text) == ("-", ">"):
        reason, hint = SIGNS["->"]
    else:
        reason, hint = f"nothing stands between '{before.text}' and '{token.text}'", "write the missing part"
    raise ParseError(reason, text, token.at, hint=hint)


def _shown(token: Token) -> str:
    shown = token.text if len(token.text) <= 30 else token.text[:27] + "..."
    return shown if token.kind == "string" else f"'{shown}'"


def _refuse_outside(text: str, token: Token, brackets: list[Token]) -> None:
    """What may stand inside brackets only: commas, 'for' and 'if'; and colons nowhere."""
    if token.text == ":":
        hint = "write the expression alone, without a name in front of it"
        if brackets:
            hint = "remove it"
            if brackets[-1].text == "[":
                hint = "a range of members is a condition: for t in T if t <= 3"
        raise ParseError("':' does not belong in an expression", text, token.at, hint=hint)
    if token.text == ",":
        reason = "a comma stands only between indices or arguments"
        raise ParseError(reason, text, token.at, hint=comma_hint(text, token.at))
    if token.kind == "name" and token.text in ("for", "if"):
        reason, hint = WORDS[token.text]
        raise ParseError(reason, text, token.at, hint=hint)


def comma_hint(text: str, at: int) -> str:
    """What to do about a comma near ``at`` that does not belong there: often it separates thousands."""
    start = at
    while start and (text[start - 1].isdigit() or text[start - 1] == ","):
        start -= 1
    match = _GROUPS.match(text, start)
    if match and len(match[0]) < 30:
        return f"write {match[0].replace(',', '')} without separators"
    return "write one expression; a decimal point is '.'"
