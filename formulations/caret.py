"""The rendering of a mistake: what, where (the text and a caret under it), what to do."""

from __future__ import annotations

#: Longest piece of a text that is shown around a caret.
WIDTH = 96


def pointed(text: str, column: int, *, indent: str = "  ") -> str:
    """Two lines: ``text`` (the part around ``column``) and a caret under the character at ``column``.

    Control characters are shown as spaces, so that the caret stays under its character.
    """
    shown = "".join(character if character.isprintable() else " " for character in text)
    column = min(max(column, 0), len(shown))
    start = 0
    if len(shown) > WIDTH:
        start = min(max(column - 2 * WIDTH // 3, 0), len(shown) - WIDTH)
    prefix = "..." if start else ""
    suffix = "..." if start + WIDTH < len(shown) else ""
    window = f"{prefix}{shown[start : start + WIDTH]}{suffix}".rstrip()
    return f"{indent}{window}\n{indent}{' ' * (len(prefix) + column - start)}^"


def rendered(reason: str, text: str, column: int, *, hint: str = "") -> str:
    """Reason, text, caret and, where there is one, the hint: three or four lines."""
    lines = [reason]
    if text:
        lines.append(pointed(text, column))
    if hint:
        lines.append(f"  hint: {hint}")
    return "\n".join(lines)


class ParseError(ValueError):
    """An expression that is not in the language. ``column`` counts characters from 0; str shows the caret."""

    def __init__(self, reason: str, text: str, column: int, *, hint: str = "") -> None:
        super().__init__(reason, text, column, hint)
        self.reason = reason
        self.text = text
        self.column = min(max(column, 0), len(text))
        self.hint = hint

    def __str__(self) -> str:
        return rendered(self.reason, self.text, self.column, hint=self.hint)
