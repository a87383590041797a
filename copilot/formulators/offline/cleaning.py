"""Problem text without the marks of typesetting, character for character, so that places stay valid."""

from __future__ import annotations

import re

from .layouts import piped

_LOOKALIKES = str.maketrans({
    "\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " ",
    "\u2212": "-",
    "\u2264": "<", "\u2265": ">", "\u00d7": "*", "\u20ac": "$", "\u00a3": "$", "\t": " ", "\r": " ",
})  # fmt: skip


def clean(text: str) -> str:
    """The text with LaTeX marks and typographic signs replaced, character for character: places stay valid."""
    return unmarked(piped(text))


def unmarked(text: str) -> str:
    """The same, without looking for tables that have no pipes."""
    text = text.translate(_LOOKALIKES)
    text = text.replace("\\\\%", "  %").replace("\\$", " \ue000").replace("\\%", " %").replace("\\\\", "  ")
    text = re.sub(r"\\d?frac\{(\d{1,6})\}\{(\d{1,6})\}", lambda m: f"{m[1]}/{m[2]}".rjust(len(m[0])), text)
    text = re.sub(r"(?<![\w$])\$(\d[\d.,]{0,15})\$(?!\d)", r" \1 ", text)
    text = re.sub(
        r"\$(?=\s{0,3}[A-Za-z\\\ue000({])([^$\n]{1,80}?)\$",
        lambda m: " " + m[1] + " ",
        text,
    )
    text = re.sub(r"\\(?:text|mathrm|mathbf)\{([^{}\n]{0,60})\}", lambda m: m[1].rjust(len(m[0])), text)
    text = re.sub(r"(?m)^(\s*)[-*\u2022\u00b7](?=[\sA-Z])", "\\1\n", text)
    text = re.sub(r"(?<=[\w)])-(?= [A-Z])", ".", text)
    text = re.sub(r"[:.] ?-(?= ?[A-Z])", lambda m: ".".ljust(len(m[0])), text)
    text = re.sub(r"\\(?:geqslant|geq|ge)\b", lambda m: ">=".ljust(len(m[0])), text)
    text = re.sub(r"\\(?:leqslant|leq|le)\b", lambda m: "<=".ljust(len(m[0])), text)
    text = re.sub(r"\\[A-Za-z]{1,20}", lambda m: " " * len(m[0]), text)
    text = re.sub(r"(?<=[a-z]{3})_(?=[A-Za-z]{1,3}\b)", " ", text)
    text = re.sub(r"([A-Za-z])_\{?(\w{1,3})\}?", lambda m: (m[1] + m[2]).ljust(len(m[0])), text)
    text = text.replace("\ue000", "$").replace("*", " ").replace("{", " ").replace("}", " ")
    return text
