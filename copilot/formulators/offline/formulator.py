"""The offline formulator: problem text to a Draft, without network, key or weights, always the same answer."""

from __future__ import annotations

import re
from typing import ClassVar

from copilot.formulators.draft import Draft, FormulationRefused

from .judgment.refusals import unlimited
from .judgment.trust import is_empty, judged
from .panel import KNOWN, SECOND
from .prose.contest import UNREADABLE, read_prose
from .words.tables import tables
from .words.tokens import clean, tokenize

_LONGEST_TEXT = 60_000
_MOST_TOKENS = 6_000
#: No amount has so many digits; what has is a key, or a figure that no computer number holds.
_NO_AMOUNT = re.compile(r"\d[\d,]{60}")
#: Below this confidence in a reading as prose, after all that speaks against it, another reader may know better.
_DOUBTFUL = 0.45


class OfflineFormulator:
    """Reads optimization word problems by rules: every element of the draft points at the words it came from."""

    name: ClassVar[str] = "offline"

    def formulate(self, text: str) -> Draft:
        """The best reading of the text, with what speaks against it. Raises FormulationRefused where it finds no
        decisions or no objective."""
        _check_length(text)
        try:
            draft = _in_its_money(judged(self.read(text), text), text)
        except FormulationRefused as refusal:
            refusal.partial = judged(refusal.partial, text) if refusal.partial is not None else None
            raise
        if is_empty(draft, text):
            raise unlimited(draft)
        return draft

    def read(self, text: str) -> Draft:
        """The draft of the reader to believe, as sure of itself as that reader is. Raises FormulationRefused."""
        for known in KNOWN:
            draft = known(text, self.name)
            if draft is not None:
                return draft
        drafts: list[Draft] = []
        refusal: FormulationRefused | None = None
        try:
            drafts.append(read_prose(text, self.name))
        except FormulationRefused as error:
            refusal = error
        if not drafts or judged(drafts[0], text).confidence < _DOUBTFUL:
            others = (reader(text, self.name) for reader in SECOND)
            drafts += [other for other in others if other is not None and other.confidence > UNREADABLE]
        if refusal is not None and not drafts:
            raise refusal
        return max(drafts, key=lambda draft: judged(draft, text).confidence) if len(drafts) > 1 else drafts[0]


def _in_its_money(draft: Draft, text: str) -> Draft:
    """The draft with the text's own sign of money: readers take every one for a dollar."""
    signs = [sign for sign in "$€£" if sign in text]
    if len(signs) != 1 or signs == ["$"]:
        return draft
    return Draft.model_validate_json(draft.model_dump_json().replace("$", signs[0]))


def _check_length(text: str) -> None:
    """Raises FormulationRefused for a text, or a number in it, that is too long to read."""
    if len(text) > _LONGEST_TEXT:
        raise FormulationRefused(
            f"the text has {len(text)} characters; this formulator reads one problem of at most {_LONGEST_TEXT}. "
            "Give one problem at a time, and long tables as data files."
        )
    if (run := _NO_AMOUNT.search(text)) is not None:
        raise FormulationRefused(
            f"the number that begins with {run[0][:12]} has more than 60 digits: shorten it, or leave it out"
        )
    words = len(tokenize(tables(clean(text))[0]))
    if words > _MOST_TOKENS:
        raise FormulationRefused(
            f"the text has {words} words and numbers; this formulator reads at most {_MOST_TOKENS}. "
            "Give one problem at a time, and long tables as data files."
        )
