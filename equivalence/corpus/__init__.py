"""Pairs of small programs, equivalent and not, whose labels an independent oracle has found.

``pairs`` makes them, ``truth`` labels one, ``judge`` holds a verdict against the label.
"""

from equivalence.corpus.generator import SEEDS, Pair, pairs
from equivalence.corpus.judgement import Grade, Judgement, claims_difference, judge
from equivalence.corpus.oracle import Correspondence, Label, Status, Truth, truth

__all__ = [
    "SEEDS",
    "Correspondence",
    "Grade",
    "Judgement",
    "Label",
    "Pair",
    "Status",
    "Truth",
    "claims_difference",
    "judge",
    "pairs",
    "truth",
]
