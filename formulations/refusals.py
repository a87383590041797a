"""What is refused before the grammar is asked: characters, numbers and habits from elsewhere, each with its cure."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Sequence

from formulations.caret import ParseError
from formulations.expression import AGGREGATES, FUNCTIONS
from formulations.lexical import OPERATOR_WORDS, Token, unquoted

MAX_LENGTH = 20_000
MAX_TOKENS = 4_000
MAX_BRACKETS = 60
MAX_DEPTH = 200

#: Names that are taken: the functions, and the reserved words of Python, in which exports are written.
RESERVED = frozenset({*FUNCTIONS, *AGGREGATES, "piecewise", "when", *keyword.kwlist})

_REPLACEMENTS = {
    "^": ("'^' is not an operator here", "write ** for a power"),
    "=": ("a single '=' is not a comparison", "write == for an equality"),
    "===": ("'===' is not an operator here", "write == for an equality"),
    ":=": ("':=' is not an operator here", "write == for an equality"),
    "=<": ("'=<' is not an operator here", "write <="),
    "=>": ("'=>' is not an operator here", "write >="),
    "<>": ("'<>' is not an operator here", "write !="),
    "//": ("'//' is not an operator here", "write / for a division"),
    "&&": ("'&&' is not an operator here", "write and"),
    "||": ("'||' is not an operator here", "write and, or or; an absolute value is abs(...)"),
    "&": ("'&' is not an operator here", "write and"),
    "|": ("'|' is not an operator here", "an absolute value is abs(...), an alternative or"),
    "!": ("'!' is not an operator here", "write not, or != for 'different from'"),
    "~": ("'~' is not an operator here", "write not"),
    "$": ("'$' does not belong in an expression", "write the number alone; units are declared, not written"),
    "€": ("'€' does not belong in an expression", "write the number alone; units are declared, not written"),
    "£": ("'£' does not belong in an expression", "write the number alone; units are declared, not written"),
    "%": ("'%' is not an operator here", "write 8.5% as 0.085; there is no remainder operator"),
    ";": ("';' does not belong in an expression", "leave it out; every constraint is an element of its own"),
    "{": ("braces do not belong in an expression", "write indices in square brackets, x[i, j]"),
    "}": ("braces do not belong in an expression", "write indices in square brackets, x[i, j]"),
    "#": ("a comment does not belong in an expression", "put words into the description"),
    "@": ("'@' is not an operator here", "write a product as sum(a[i]*x[i] for i in I)"),
    "?": ("'?' is not an operator here", "write two constraints with conditions instead"),
    "\\": ("a backslash does not belong in an expression", "LaTeX is not read: write sum(...), *, <="),
    "≤": ("'≤' is not an operator here", "write <="),
    "⩽": ("'⩽' is not an operator here", "write <="),
    "≦": ("'≦' is not an operator here", "write <="),
    "≥": ("'≥' is not an operator here", "write >="),
    "⩾": ("'⩾' is not an operator here", "write >="),
    "≧": ("'≧' is not an operator here", "write >="),
    "≠": ("'≠' is not an operator here", "write !="),
    "×": ("'×' is not an operator here", "write *"),
    "·": ("'·' is not an operator here", "write *"),
    "⋅": ("'⋅' is not an operator here", "write *"),
    "∗": ("'∗' is not an operator here", "write *"),
    "÷": ("'÷' is not an operator here", "write /"),
    "⁄": ("'⁄' is not an operator here", "write /"),
    "−": ("'−' (U+2212) is not an operator here", "write a plain - (minus)"),
    "–": ("'–' (en dash) is not an operator here", "write a plain - (minus)"),
    "—": ("'—' (em dash) is not an operator here", "write a plain - (minus)"),
    "∑": ("'∑' is not read", "write sum(x[i] for i in I)"),
    "Σ": ("'Σ' is not read", "write sum(x[i] for i in I)"),
    "∏": ("'∏' is not read", "write prod(x[i] for i in I)"),
    "√": ("'√' is not read", "write sqrt(x)"),
    "∞": ("'∞' is not a number", "leave the bound out instead"),
    "∈": ("'∈' is not read", "write in"),
    "∉": ("'∉' is not read", "write not in"),
    "∀": ("'∀' is not read", "write for i in I"),
    "∧": ("'∧' is not read", "write and"),
    "∨": ("'∨' is not read", "write or"),
    "¬": ("'¬' is not read", "write not"),
    "²": ("'²' is not read", "write **2"),
    "³": ("'³' is not read", "write **3"),
    "“": ("a typographic quote is not read", 'write a plain " quote'),
    "”": ("a typographic quote is not read", 'write a plain " quote'),
    "„": ("a typographic quote is not read", 'write a plain " quote'),
    "‘": ("a typographic quote is not read", "write a plain ' quote"),
    "’": ("a typographic quote is not read", "write a plain ' quote"),
    "«": ("a typographic quote is not read", 'write a plain " quote'),
    "»": ("a typographic quote is not read", 'write a plain " quote'),
    "`": ("a backquote is not read", 'write a plain " quote'),
    "…": ("'…' is not read", "write out every term, or a sum over a set"),
    "..": ("a range is not an expression", "declare it as a set: set T = 1..12"),
    "...": ("'...' is not read", "write out every term, or a sum over a set"),
    "\x00": ("a null character does not belong in an expression", "remove it"),
}
_WORDS = {
    "lambda": ("'lambda' is not in the language", "write the expression out; a parameter needs another name"),
    "else": ("there is no if-else", "write two constraints with conditions, or a sum with 'if' at its end"),
    "is": ("'is' is not in the language", "write == for an equality"),
    "await": ("'await' is not in the language", ""),
    "yield": ("'yield' is not in the language", "choose another name"),
    "async": ("'async' is not in the language", ""),
    "True": ("True is not a number", "write 1"),
    "False": ("False is not a number", "write 0"),
    "None": ("None is not a number", "leave the bound out, or write the number"),
    "when": ("'when' does not belong in an expression", "put the condition after 'when' of the constraint"),
    "if": ("an 'if' stands only at the end of a sum or of 'for'", "write sum(x[i] for i in I if condition)"),
    "for": (
        "a 'for' stands only inside sum, prod, min or max",
        "put it before the colon: constraint NAME for i in I: ...",
    ),
}
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
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
            if token.text in _WORDS and token.text not in ("if", "for"):
                reason, hint = _WORDS[token.text]
                raise ParseError(reason, text, token.at, hint=hint)
            if token.text in _REPLACEMENTS or not token.text.isidentifier():
                bad = next((k for k, c in enumerate(token.text) if not ("a" + c).isidentifier()), 0)
                reason, hint = _character(token.text[bad])
                raise ParseError(reason, text, token.at + bad, hint=hint)
            if keyword.iskeyword(token.text) and token.text not in OPERATOR_WORDS:
                reason = f"'{token.text}' is a reserved word"
                raise ParseError(reason, text, token.at, hint=f"choose another name, for instance '{token.text}_'")
        case "raw" | "unknown":
            _refuse_unknown(text, token, before)


def _refuse_glued(text: str, token: Token, before: Token | None, after: Token | None) -> None:
    """``2x``, ``0.5mg``, ``8.5%``, ``1_000``, ``0x1F``, ``1j``: a number with something glued to its end."""
    if after is None or after.at != token.end:
        return
    if after.text == "%":
        reason = "'%' does not belong after a number"
        raise ParseError(reason, text, after.at, hint=f"write {_plain(float(token.text) / 100)}")
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


def _refuse_unknown(text: str, token: Token, before: Token | None) -> None:
    if token.kind == "raw":
        reason, hint = _character("`")
    elif token.text in ('"', "'"):
        reason, hint = "the quote is never closed", f"add a {token.text} at the end of the member"
    elif token.text == ".":
        reason, hint = "attributes are not in the language", "write x[i] for an entry of x"
        if before is not None and before.kind == "number":
            reason, hint = "the number has two decimal points", "write one decimal point, no separators"
    else:
        reason, hint = _character(token.text)
    raise ParseError(reason, text, token.at, hint=hint)


def _character(character: str) -> tuple[str, str]:
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
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
        hint = "write * for a product; names have no spaces in them"
        if "string" in (before.kind, token.kind):
            hint = "write a comma between indices"
        raise ParseError(reason, text, token.at, hint=hint)
    if token.text == "[" and before.kind in ("number", "string"):
        raise ParseError(f"{_shown(before)} has no entries", text, token.at, hint="only a name can be indexed")


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
    else:
        reason, hint = f"nothing stands between '{before.text}' and '{token.text}'", "write the missing part"
    raise ParseError(reason, text, token.at, hint=hint)


def _shown(token: Token) -> str:
    shown = token.text if len(token.text) <= 30 else token.text[:27] + "..."
    return shown if token.kind == "string" else f"'{shown}'"


def _refuse_outside(text: str, token: Token, brackets: list[Token]) -> None:
    """What may stand inside brackets only: commas, 'for' and 'if'; and colons nowhere."""
    if token.text == ":":
        inside = brackets and brackets[-1].text == "["
        hint = "a range of members is a condition: for t in T if t <= 3" if inside else "remove it"
        raise ParseError("':' does not belong in an expression", text, token.at, hint=hint)
    if token.text == ",":
        reason = "a comma stands only between indices or arguments"
        raise ParseError(reason, text, token.at, hint=comma_hint(text, token.at))
    if token.kind == "name" and token.text in ("for", "if"):
        reason, hint = _WORDS[token.text]
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
