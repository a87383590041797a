"""Handing a text to Python's own grammar in a disguise: every name and member becomes plain ASCII.

No warning, no Unicode normalization and no byte offset can get in between, and ``for i in I, j in J`` may be read
as two binders; a table of origins leads back from each column of the disguise to the text.
"""

from __future__ import annotations

import ast
from typing import NoReturn

from formulations.caret import ParseError
from formulations.lexical import Token


class Source:
    """A text in its disguise, and the way back from a column of the disguise to the token of the text."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self.text = text
        self.found = found
        self.at: dict[int, Token] = {token.at: token for token in found}
        self._origin: list[int] = []

    def tree(self, before: str, after: str) -> ast.expr:
        """The syntax tree of ``before``, the tokens, ``after``."""
        disguise = self._disguise(before, after)
        try:
            return ast.parse(disguise, mode="eval").body
        except SyntaxError as error:
            self._refuse_syntax(error)
        except (RecursionError, MemoryError):
            reason = "the expression is nested too deeply or has too many terms"
            raise ParseError(reason, self.text, 0, hint="write it with sums over sets") from None
        except (ValueError, OverflowError) as error:
            raise ParseError(f"the expression cannot be read: {error}", self.text, 0) from None

    def column(self, node: ast.AST) -> int:
        """Where a node begins in the text; a position in front of the disguised part counts as its beginning."""
        return self._origin[node.col_offset]  # type: ignore[attr-defined]

    def _disguise(self, before: str, after: str) -> str:
        start = self.found[0].at if self.found else 0
        parts = [before]
        self._origin = [start] * len(before)
        binder_commas = _binder_commas(self.found)
        for token in self.found:
            shown = " for " if token.at in binder_commas else _plain(token)
            parts.extend((shown, " "))
            self._origin.extend(min(token.at + k, token.end) for k in range(len(shown)))
            self._origin.append(token.end)
        parts.append(after)
        self._origin.extend([len(self.text)] * (len(after) + 1))
        return "".join(parts)

    def _refuse_syntax(self, error: SyntaxError) -> NoReturn:
        offset = error.offset or 1
        reason, hint = "this is not an expression", "check the operators, commas and brackets around the caret"
        if "must be parenthesized" in str(error):
            offset = (error.end_offset or offset) + 1
            reason = "a 'for' with its sets ends the brackets"
            hint = (
                "write for i in I for j in J; give other arguments brackets of their own: max(max(x[i] for i in I), y)"
            )
        elif "cannot assign" in str(error):
            reason, hint = "'for' binds names only", "write for i in I or for i, j in Arcs"
        elif "in" not in {token.text for token in self.found} and any(t.text == "for" for t in self.found):
            reason, hint = "'in' is missing after 'for'", "write for i in I"
        column = self._origin[min(max(offset - 1, 0), len(self._origin) - 1)]
        raise ParseError(reason, self.text, column, hint=hint) from None


def _plain(token: Token) -> str:
    """A token of the same length that is plain ASCII; what it stands for is looked up by its position."""
    if token.kind == "string":
        return f"'{'s' * (len(token.text) - 2)}'"
    if token.kind == "name" and not token.text.isascii():
        return "_" * len(token.text)
    return token.text


def _binder_commas(found: list[Token]) -> set[int]:
    """Positions of the commas in ``for i in I, j in J``, which stand for another "for"."""
    commas: set[int] = set()
    for number in range(3, len(found)):
        if found[number].text != "," or found[number - 1].kind != "name" or found[number - 2].text != "in":
            continue
        if not _binds(found, number - 3, commas):
            continue
        ahead = number + 1
        while ahead + 1 < len(found) and found[ahead].kind == "name" and found[ahead + 1].text == ",":
            ahead += 2
        if ahead + 1 < len(found) and found[ahead].kind == "name" and found[ahead + 1].text == "in":
            commas.add(found[number].at)
    return commas


def _binds(found: list[Token], number: int, commas: set[int]) -> bool:
    """Whether the names that end at ``number`` are bound there: they follow a "for" or begin the text."""
    while number >= 0 and found[number].at not in commas:
        if found[number].text == "for":
            return True
        if found[number].text not in ("(", ")", ",") and found[number].kind != "name":
            return False
        number -= 1
    return True
