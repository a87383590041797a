"""Words by which notes say that something is there, or needed, or bounded."""

from __future__ import annotations

from ..words.lexicon import DEMAND_WORDS, word_set

#: What is there: a figure beside these is a ceiling.
CUES = word_set(
    """have got available avail stock supply budget capacity limit limits left only within inventory offer"""
)
#: What is wanted: a figure beside these is a floor.
NEED = DEMAND_WORDS | word_set("ordered wanted promised target goal quota due")
BOUNDS = word_set("min max minimum maximum")
#: For one piece.
SINGLE = word_set("ea each apiece")
WHOLE = word_set(
    """total altogether together overall combined all sum pcs pieces units items everything headcount both mix blend"""
)
#: What is used up: without another word a figure of these is what there is.
CONSUMED = word_set("fuel gas petrol diesel water power electricity labor labour money cash driver worker staff crew")
PURSE = word_set("budget money cash purse funds invest")
#: What holds only in some case: such a clause is not read.
CASES = word_set("if unless once when except")
#: What is made large or small.
SENSES = word_set("max min maximize maximise minimize minimise")
PIECES = word_set("piece pc pcs unit")
#: A clause with these and two names is a rule.
RULES = word_set("not never than above below only both either neither without if")
