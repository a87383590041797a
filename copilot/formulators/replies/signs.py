"""Operators as people and typesetting write them, in the plain characters of the notation."""

from __future__ import annotations

import re

_SIGNS = {
    **dict.fromkeys("≤⩽≦", "<="),
    **dict.fromkeys("≥⩾≧", ">="),
    **dict.fromkeys("×·⋅∗•", "*"),
    **dict.fromkeys("−–—", "-"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    "≠": "!=",
    "÷": "/",
    "∑": "sum",
    "Σ": "sum",
    "∏": "prod",
    "√": "sqrt",
    "∈": " in ",
    "∉": " not in ",
    "∀": " for ",
    "∧": " and ",
    "∨": " or ",
    "²": "**2",
    "³": "**3",
    "π": "3.141592653589793",
    "\u00a0": " ",
}
_LATEX = (
    (r"\\(?:left|right|bigl?|bigr?|quad|qquad|displaystyle|limits|,|;|!|\\)", " "),
    (r"\\(?:leqslant|leq|le)(?![a-zA-Z])", " <= "),
    (r"\\(?:geqslant|geq|ge)(?![a-zA-Z])", " >= "),
    (r"\\(?:neq|ne)(?![a-zA-Z])", " != "),
    (r"\\(?:cdot|times|ast)(?![a-zA-Z])", "*"),
    (r"\\forall(?![a-zA-Z])", " for "),
    (r"\\in(?![a-zA-Z])", " in "),
    (r"\\pi(?![a-zA-Z])", "3.141592653589793"),
    (r"\\sum(?![a-zA-Z])", "sum"),
    (r"\\prod(?![a-zA-Z])", "prod"),
    (r"\\(?:text|mathrm|mathit|textit|mathbf|operatorname)\s*\{([^{}]*)\}", r"\1"),
    (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)"),
    (r"\\([%$_&#])", r"\1"),
    (r"\b(?!sum_|prod_)([A-Za-z]\w*)_\{([^{}]*)\}", r"\1[\2]"),
    (r"\\(?=[a-zA-Z])", ""),
)
_PATTERNS = tuple((re.compile(pattern), replacement) for pattern, replacement in _LATEX)


def plain_signs(text: str) -> str:
    """The text with Unicode and LaTeX operators written in plain characters, outside quotes."""
    return "".join(part if quoted else _plain_part(part) for part, quoted in quoted_parts(_with_plain_quotes(text)))


def quoted_parts(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it stands in double quotes."""
    found = re.split(r'("(?:[^"\\\n]|\\.)*")', text)
    return [(part, number % 2 == 1) for number, part in enumerate(found) if part]


def _with_plain_quotes(text: str) -> str:
    return re.sub("[“”„]", '"', text)


def _plain_part(text: str) -> str:
    for sign, plain in _SIGNS.items():
        if sign in text:
            text = text.replace(sign, plain)
    if "\\" in text or "_{" in text:
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
    return text
