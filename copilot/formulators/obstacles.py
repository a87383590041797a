"""What stands in the way of reading a text as one problem, whichever formulator reads it."""

from __future__ import annotations

import re

from copilot.language import seems_foreign

_GOAL = re.compile(r"\b(?:maximi[sz]\w*|minimi[sz]\w*)\b", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:^|(?<=[.!?]))\s*\W{0,4}(?:(?:problem|exercise|task|question)\s*(?:no\.?\s*)?(?:\d+|[ivx]+|one|two|three)|"
    r"(?:first|second|third|another)\s+(?:problem|exercise|task|question))\b",
    re.IGNORECASE | re.MULTILINE,
)
#: Figures that a paragraph has which tells a problem of its own.
_FIGURES = 4
_ABOUT_A_RESULT = re.compile(
    r"^\s*(?:why|what\s+(?:if|happens|changes|would)|how\s+(?:come|does|did|would)|is\s+(?:it|the|this)|can\s+you\s+explain|"
    r"explain|does|did)\b",
    re.IGNORECASE,
)
_SHORT = 300
#: Words of which any problem has some: what is best, what there is of something, what things cost, need or bring.
_OF_DECISIONS = re.compile(
    r"\b(?:best|most|least|maximal|minimal|larg\w+|small\w+|cheap\w*|short\w*|fast\w*|at\s+(?:most|least)|limit\w*|"
    r"available|capacit\w+|budget\w*|up\s+to|(?:no|not)\s+more|must|should|need\w*|requir\w+|tak(?:e|es|ing)|cost\w*|"
    r"pric\w+|profit\w*|revenue\w*|earn\w*|sell\w*|bring\w*|produc\w+|mak(?:e|es|ing)|hours?|stock\w*|demand\w*|"
    r"suppl\w+|few\w*|possible|want\w*|assign\w*|plan\w*|optim\w+|choos\w+|select\w*|decid\w+)\b|[<>≤≥=$€£]",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"^[^\S\n]*(?:from\s+[\w.]+\s+import\b|import\s+[\w.]+(?:\s+as\s+\w+)?\s*$|def\s+\w+\(|#include\b|"
    r"\w+\s*=\s*[\w.]+\(.*\)\s*;?\s*$)",
    re.MULTILINE,
)
_TELL = "Say what you can choose, what limits it, what it costs or brings, and what is to be largest or smallest"
_BLANK_HEADER = re.compile(
    r"^[^\S\n]*\|(?=[^\n]*[^\s|][^\n]*\|)[^\n]*\|[^\S\n]*\|[^\n]*\n[^\S\n]*\|[\s:|-]+\|[^\S\n]*$", re.MULTILINE
)


def problems(text: str) -> int:
    """How many problems a text seems to hold: by headings that count them, or paragraphs with goals and figures."""
    headings = len(_HEADING.findall(text))
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if _GOAL.search(part)]
    told = sum(len(re.findall(r"\d+(?:[.,]\d+)*", part)) >= _FIGURES for part in paragraphs)
    return max(1, headings if headings > 1 else 0, told)


def obstacle(text: str, *, english: bool) -> str:
    """In words with what to do; "" where nothing is seen. ``english``: whether nothing else can be read."""
    if _PROGRAM.search(text):
        return (
            "this is a program and not a text. Open a formulation as notation, JSON, LP or MPS in the sidebar (on a "
            "command line: as a file of that ending), or tell the problem in words"
        )
    if english and seems_foreign(text):
        return (
            "the embedded formulator reads English only. Tell the problem in English, or set up a language model "
            "(page Settings), which reads most languages"
        )
    if len(text) < _SHORT and _ABOUT_A_RESULT.match(text) and not _GOAL.search(text):
        return (
            f"this asks about a result instead of telling a problem. {_TELL}. Questions about a plan that is there are "
            "answered on the page Explore (sliders, Worth, Why not) and by `optcopilot sweep`, `sensitivity` and "
            "`why-not`"
        )
    if (count := problems(text)) > 1:
        return f"the text seems to hold {count} problems: give one at a time"
    if english and len(text) < _SHORT and not _OF_DECISIONS.search(text):
        return f"this does not seem to tell a problem in which something is decided. {_TELL}"
    if _BLANK_HEADER.search(text):
        return (
            "a table in the text has columns without a name, as merged cells leave them: write one header for each "
            "column (milk of cows, milk of goats), or attach the table as a file"
        )
    return ""
