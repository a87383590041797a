"""Words of choices beyond the lexicon's: what figures of things say, what groups are called, which words are verbs."""

from __future__ import annotations

from copilot.formulators.offline.words.lexicon import is_verb, word_set

#: Words that say what a figure is, and name no thing: "weight 5", "(value 9)".
ATTRIBUTES = word_set(
    """value weight cost price worth budget rating skill pay salary volume size length width height time duration npv
    profit return revenue yield benefit score point capacity fee premium rent gain loss credit need demand demands
    mass total average figure number amount income interest saving space room area effort utility importance
    usefulness quality fun joy risk share age distance load limit maximum minimum wage payoff payout reward"""
)
#: What so many of the things make up: "a team of four".
GROUPS = word_set(
    "team crew group squad panel committee board jury delegation party selection staff trio quartet lineup portfolio"
)
#: Verbs of what things weigh, last, bring and cost, beyond the lexicon's.
_VERBS = word_set(
    """weigh weighs last lasts draw draws burn burns score scores raise raises fetch fetches pay pays award awards
    rate rates rank ranks shoot shot insure insured lie lies occupy occupies promise promises ask asks free frees
    cheer demand demands spare spares add adds improve improves swim swims sit sits fit fits play plays"""
)
#: Verbs that a figure may follow as if it were a label: "art needs 2 teachers, drama needs 3".
BEFORE_FIGURES = word_set(
    """needs costs takes works yields weighs lasts pays earns brings serves gives has uses holds loads sells requires
    scores draws attracts gains is are at for of about only roughly saves wins reaches makes returns asks"""
)


def acts(word: str) -> bool:
    """Whether the word (lower case) is rather a verb than part of a noun phrase, in texts about choices."""
    return is_verb(word) or word in _VERBS
