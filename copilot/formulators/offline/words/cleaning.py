"""Problem text without the marks of typesetting, character for character, so that places stay valid."""

from __future__ import annotations

import re

from .layouts import piped

#: A sign of money that is none of typesetting, until the marks of typesetting are gone.
_MONEY = "\ue000"
_LOOKALIKES = str.maketrans({
    "\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " ",
    "\u2212": "-",
    "\u2264": "<", "\u2265": ">", "\u00d7": "*", "\u20ac": _MONEY, "\u00a3": _MONEY, "\t": " ", "\r": " ",
})  # fmt: skip
#: ``$12$``, ``$3, 4,$`` and ``$2/3$``: figures that are typeset. A sign before each is money.
_FIGURES = re.compile(r"(?<![\w$])\$(\s{0,20}\d[\d.,/ ]{0,30})\$(?!\d)")
#: ``$x_1$`` and ``$2 \\times 3$``; what stands between two prices, "5$ and 6$" or "in $ a day, or $ a week", is prose.
_FORMULAS = re.compile(
    r"(?:(?<![\w$])|(?=\$[A-Za-z\\][^\s$]{0,20}\$))\$(?!\s+(?:a\s+)?(?!math|text|times|[lg]eq?\b|cdot|frac)[a-z]{2,}\b)"
    rf"(?=\s{{0,3}}[A-Za-z\\{_MONEY}({{]|\d[\d.,\s]{{0,12}}[\\_^])([^$\n]{{1,80}}?)\$"
)
#: Emoji say nothing that is not said in words; marks as tables have them (a tick, a cross) are none.
_PICTURES = re.compile(
    "[\U0001f000-\U0001faff\ufe0f\u200d\u2600-\u26ff\u231a\u231b\u23e9-\u23fa\u2728\u2764\u2b50\u2b55]"
)


def clean(text: str) -> str:
    """The text with LaTeX marks and typographic signs replaced, character for character: places stay valid."""
    return unmarked(piped(text))


def unmarked(text: str) -> str:
    """The same, without looking for tables that have no pipes."""
    text = _PICTURES.sub(" ", text.translate(_LOOKALIKES))
    text = text.replace("\\\\%", "  %").replace("\\$", f" {_MONEY}").replace("\\%", " %").replace("\\\\", "  ")
    text = re.sub(r"\\d?frac\{(\d{1,6})\}\{(\d{1,6})\}", lambda m: f"{m[1]}/{m[2]}".rjust(len(m[0])), text)
    text = _FIGURES.sub(r" \1 ", text)
    text = _FORMULAS.sub(r" \1 ", text)
    text = re.sub(r"\\(?:text|mathrm|mathbf)\{([^{}\n]{0,60})\}", lambda m: m[1].rjust(len(m[0])), text)
    text = re.sub(r"(?m)^([^\S\n]*)[-*\u2022\u00b7](?=[\sA-Z])", "\\1\n", text)
    text = re.sub(r"(?<=[\w)])-(?= [A-Z])", ".", text)
    text = re.sub(r"[:.] ?-(?= ?[A-Z])", lambda m: ".".ljust(len(m[0])), text)
    text = re.sub(r"\\(?:geqslant|geq|ge)\b", lambda m: ">=".ljust(len(m[0])), text)
    text = re.sub(r"\\(?:leqslant|leq|le)\b", lambda m: "<=".ljust(len(m[0])), text)
    text = re.sub(r"\\[A-Za-z]{1,20}", lambda m: " " * len(m[0]), text)
    text = re.sub(r"(?<=[a-z]{3})_(?=[A-Za-z]{1,3}\b)", " ", text)
    text = re.sub(r"([A-Za-z])_\{?(\w{1,3})\}?", lambda m: (m[1] + m[2]).ljust(len(m[0])), text)
    text = text.replace(_MONEY, "$").replace("*", " ").replace("{", " ").replace("}", " ")
    return text
