"""Returns that the text writes as formulas: a polynomial in one letter, and square roots of the shares of a budget."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.offline.drafting import Figure, Sheet

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_POWER = r"(?:\s?(?:\^|\*\*)\s?\{?(?P<power>\d+(?:\.\d+)?)\}?|(?P<raised>[\u00b2\u00b3]))?"
_TERM = re.compile(
    rf"\s*(?P<sign>[-+\u2212])?\s*(?:(?P<factor>{_NUMBER})?\s*\*?\s*(?P<letter>[a-z])(?![a-z]){_POWER}|(?P<constant>{_NUMBER})(?![\d%]))"
)
_TOLD = re.compile(
    r"\b(profit|revenue|cost|height|yield|output|income|sales)\b[^.;=]{0,60}?(?:\bis|\bby|\bequals|=)\s*(?=[-\d\u2212a-z(])"
)
_SCALES = {"hundred": 100.0, "thousand": 1000.0, "million": 1e6, "dozen": 12.0}
_SHARED = re.compile(r"\b(?:spends?|budget|divides?|allocat\w+|splits?|distribut\w+|invests?|total|has|have|shares?)\b")


def written(low: str, original: str) -> Sheet | None:
    """The sheet of a text that writes its returns as formulas and whose every figure is understood, or None."""
    return _polynomial(low, original) or _roots(low, original)


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _polynomial(low: str, original: str) -> Sheet | None:
    """A profit, a revenue or a cost given as a polynomial of degree two or more in one letter."""
    found = [(told, terms) for told in _TOLD.finditer(low) if (terms := _terms(low, told.end()))]
    if len(found) != 1:
        return None
    told, terms = found[0]
    letters = {term["letter"] for term in terms if term["letter"]}
    if len(letters) != 1 or not any(term["power"] or term["raised"] for term in terms):
        return None
    low_wanted = re.search(r"minimi[sz]|\bsmallest\b|(?<!at )\bleast\b|\blowest\b|minimum", low) is not None
    much_wanted = re.search(r"maximi[sz]|\blargest\b|\bgreatest\b|\bhighest\b|maximum", low) is not None
    if low_wanted == much_wanted:
        return None
    letter = letters.pop()
    sheet = Sheet(original)
    limit = re.search(rf"(?:at most|no more than|up to|not exceed|cannot exceed)\s+({_NUMBER})", low)
    rest = low[: told.end()] + low[terms[-1].end() :]
    if len(re.findall(r"\d+(?:[.,]\d+)*", rest)) != (limit is not None):
        return None
    upper = None
    if limit is not None:
        scale = re.search(rf"\b{letter} (hundred|thousand|million|dozen)\b", low)
        size = _SCALES[scale[1]] if scale else 1.0
        given = Figure(_value(limit[1]) / size, limit.start(1), limit.end(1))
        upper = sheet.parameter("most", given, "the limit in the unit of the formula")
    name = sheet.variable(letter, f"the quantity that the text calls {letter}", upper=upper)
    sheet.aim("minimize" if low_wanted else "maximize", told[1], _expression(sheet, terms, name))
    return sheet


def _terms(low: str, at: int) -> list[re.Match[str]]:
    """The terms of the polynomial that begins at a place."""
    terms: list[re.Match[str]] = []
    while (term := _TERM.match(low, at)) and (not terms or term["sign"]):
        terms.append(term)
        at = term.end()
    return terms if len(terms) > 1 else []


def _expression(sheet: Sheet, terms: Sequence[re.Match[str]], name: str) -> str:
    parts: list[str] = []
    for k, term in enumerate(terms, 1):
        sign = "-" if term["sign"] in ("-", "\u2212") else "+"
        group = "factor" if term["letter"] else "constant"
        parts.append(sign)
        if term["letter"]:
            power = term["power"] or {"\u00b2": "2", "\u00b3": "3"}.get(term["raised"] or "", "")
            raised = f"{name}**{power}" if power else name
        else:
            raised = ""
        if term[group]:
            figure = Figure(_value(term[group]), term.start(group), term.end(group))
            factor = sheet.parameter(f"coefficient_{k}", figure)
            parts.append(f"{factor}*{raised}" if raised else factor)
        else:
            parts.append(raised)
    return " ".join(parts).removeprefix("+ ").replace("- ", "-", 1 if parts[0] == "-" else 0)


def _roots(low: str, original: str) -> Sheet | None:
    """A budget shared out, where each share returns a multiple of its square root."""
    if not re.search(r"maximi[sz]|\blargest\b|\bgreatest\b|\bhighest\b|\bmost\b|as (?:much|large|high)", low):
        return None
    pattern = (
        rf"({_NUMBER})\s*(?:times (?:the )?|\*\s?|\u00b7\s?)?"
        r"(?:square root of ([a-z])\b|(?:sqrt|\u221a)\s?\(?\s?([a-z])\b\)?)"
    )
    found = [
        (match[2] or match[3], Figure(_value(match[1]), match.start(1), match.end(1)))
        for match in re.finditer(pattern, low)
    ]
    rest = re.sub(pattern, lambda match: " " * len(match[0]), low)
    if not found:
        found, rest = _tabled(low)
    if len(found) < 2 or len({name for name, _ in found}) != len(found):
        return None
    figures = re.findall(r"\d+(?:[.,]\d+)*", rest)
    budget = re.search(rf"(?<![\w.])({_NUMBER})", rest)
    if len(figures) != 1 or budget is None or not _SHARED.search(rest[: budget.end() + 60]):
        return None
    sheet = Sheet(original)
    limit = Figure(_value(budget[1]), budget.start(1), budget.end(1))
    most = sheet.parameter("budget", limit)
    shares: list[str] = []
    returns: list[str] = []
    for name, figure in found:
        factor = sheet.parameter(f"return_{name}", figure)
        shares.append(sheet.variable(f"share_{name}", f"what {name} gets of the budget"))
        returns.append(f"{factor}*sqrt({shares[-1]})")
    sheet.constraint("budget_limit", f"{' + '.join(shares)} <= {most}", [limit])
    sheet.aim("maximize", "total_return", " + ".join(returns))
    return sheet


def _tabled(low: str) -> tuple[list[tuple[str, Figure]], str]:
    """The shares of a table with one column, whose letter stands before a square root; and the text without both."""
    rule = re.search(
        r"\b([a-z])\s*(?:\*|\u00b7|times (?:the )?)?\s*(?:(?:sqrt|\u221a)\s?\(?[a-z]\)?|square root of [a-z]\b)", low
    )
    lines = list(re.finditer(r"(?m)^[ \t]*\|([^|\n]*)\|([^|\n]*)\|[ \t]*$", low))
    if rule is None or len(lines) < 3 or lines[0][2].strip() != rule[1]:
        return [], low
    rows = [line for line in lines[1:] if re.fullmatch(_NUMBER, line[2].strip())]
    shares = [(row[1].strip(), Figure(_value(row[2].strip()), row.start(2), row.end(2))) for row in rows]
    return shares, low[: lines[0].start()] + " " * (lines[-1].end() - lines[0].start()) + low[lines[-1].end() :]
