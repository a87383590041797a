"""Names, numbers and words in LaTeX, safe for pdfLaTeX and for KaTeX: nothing a person wrote becomes a command."""

from __future__ import annotations

import re

from formulations.exports.python_text import one_line

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': "''",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_GREEK_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = frozenset(_GREEK_LETTERS.split())


def text_latex(text: str) -> str:
    """Words for text mode: special characters escaped, line breaks and control characters dropped."""
    return "".join(_SPECIAL.get(character, character) for character in one_line(text))


def name_latex(name: str) -> str:
    """A single letter as itself, a Greek letter by its name, anything longer as one word in italics."""
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    if name in _GREEK:
        return rf"\{name}"
    if not name.isascii():
        return rf"\text{{{text_latex(name)}}}"
    escaped = name.replace("_", r"\_")
    return rf"\mathit{{{escaped}}}"


def number_latex(value: float) -> str:
    """``200``, ``0.085``, ``1.5 \\cdot 10^{9}``."""
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa
    power = int(exponent)
    return rf"10^{{{power}}}" if re.fullmatch(r"1(\.0)?", mantissa) else rf"{mantissa} \cdot 10^{{{power}}}"
