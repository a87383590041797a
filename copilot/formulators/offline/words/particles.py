"""The small words of English by their part in a sentence: what ends it, opens a noun phrase, stands before a verb."""

from __future__ import annotations

from .lexicon import word_set

#: Marks behind which a new statement begins.
STOPS = word_set(". ; : ? !")
ARTICLES = word_set("a an the")
POSSESSIVES = word_set("my our your his her its their")
DETERMINERS = ARTICLES | POSSESSIVES | word_set("this that")
#: "5 euros a crate", "per crate", "each": the figure is for one.
EACH = word_set("a an one each every per apiece")
#: Words that a verb follows in its plain form.
MODALS = word_set("can cannot could may might must shall should will would")
#: "We've 40 hours", "there's 30 kg": a verb of having inside of another word.
CONTRACTED = word_set("i've you've we've they've he's she's it's there's")
NEGATIONS = word_set(
    """not cannot no never n't cant can't don't doesn't mustn't shouldn't won't couldn't without nor neither none nobody
    nothing"""
)
#: Words for several things taken as one.
TOGETHER = word_set("all altogether combined overall sum together total")
