"""The readers that the offline formulator asks. A reader takes a text and the name of the formulator; it answers with a
draft and how sure it is of it, or with None where the text is not of its kind. A new reader is one line here.
"""

from __future__ import annotations

from collections.abc import Callable

from copilot.formulators.doubts.audit import unused_numbers
from copilot.formulators.draft import Draft

from .choices import choice
from .coverings import covering
from .judgment.second import CONTRADICTED
from .judgment.trust import lowered
from .narratives import narrative, timetable
from .notes import notes
from .prose.contest import read_prose
from .roles import read_roles
from .sheets import pair_plan, portfolio, sequence_plan, sheet_plan, stock_plan
from .supposed import supposed
from .tabular import found_in, tabular
from .textbook import changing, family
from .words.tables import tables
from .words.tokens import clean

Reader = Callable[[str, str], Draft | None]

#: Confidence in a problem that reads like a known textbook family: 37 of 38 were right where no figure was left over.
_TEXTBOOK = 0.92
#: Figures left over by which a textbook family is known to be another problem.
_OTHER_PROBLEM = 2
#: From this confidence on, a choice among things leaves nothing of the text unread.
_SURELY_CHOSEN = 0.8
#: Below this confidence, a choice among things is only a guess.
_LIKELY_CHOSEN = 0.3
#: From this confidence on, notes were read whole.
_SURELY_NOTED = 0.65
#: A reading of a table with nothing left open is surer than this.
_COMPLETE = 0.8


def _chosen(text: str, formulator: str) -> Draft | None:
    """Things to choose among, work to share out, places to cover, where nothing of the text is left unread."""
    draft = choice(text, formulator)
    return draft if draft is not None and draft.confidence >= _SURELY_CHOSEN else None


def _likely_chosen(text: str, formulator: str) -> Draft | None:
    """The same, with something left unread."""
    draft = choice(text, formulator)
    return draft if draft is not None and draft.confidence >= _LIKELY_CHOSEN else None


def _recorded(text: str, formulator: str) -> Draft | None:
    """Figures of named members; where one of them is left out, a reader that needs them all may know better."""
    drawn = tabular(text, formulator)
    if drawn is not None and not unused_numbers(text, drawn.document):
        return drawn
    told = narrative(text, formulator)
    if told is None and drawn is not None:
        told = _likely_chosen(text, formulator)
    return told or drawn


def _noted(text: str, formulator: str) -> Draft | None:
    """Notes of which nothing is left open; a table that is read to its end says more than its lines as notes."""
    draft = notes(text, formulator)
    if draft is None or draft.confidence < _SURELY_NOTED:
        return None
    return _whole_sheet(text, formulator) or draft


def _textbook(text: str, formulator: str) -> Draft | None:
    """A known family of textbooks; none where several figures are left over, for then it is another problem."""
    sheet = family(clean(text), text)
    if sheet is None:
        return None
    draft = sheet.draft(_TEXTBOOK, formulator)
    return draft if len(unused_numbers(text, draft.document)) < _OTHER_PROBLEM else None


def _linear(text: str, formulator: str) -> Draft | None:
    """Tables, else prose."""
    drawn = tabular(text, formulator) if "|" in text else None
    return drawn if drawn is not None else read_prose(text, formulator)


def _changing(text: str, formulator: str) -> Draft | None:
    """A linear problem whose unit figures change with what is decided."""
    return changing(text, formulator, linear=_linear)


def _covered(text: str, formulator: str) -> Draft | None:
    prose, found = tables(clean(text))
    return covering(prose, found, text, formulator)


def _sheet(text: str, formulator: str) -> Draft | None:
    """Tables of pairs or of things by attributes, read as far as it goes."""
    found = found_in(text)
    if not found.tables:
        return None
    plans = (portfolio, sequence_plan, stock_plan, pair_plan, sheet_plan)
    drafts = (plan(found.prose, found.tables, text, formulator) for plan in plans)
    return max((draft for draft in drafts if draft is not None), key=lambda draft: draft.confidence, default=None)


def _whole_sheet(text: str, formulator: str) -> Draft | None:
    """Tables of which, with the prose around them, nothing is left open."""
    draft = _sheet(text, formulator)
    complete = draft is not None and draft.confidence > _COMPLETE and not unused_numbers(text, draft.document)
    return draft if complete else None


def _by_roles(text: str, formulator: str) -> Draft | None:
    """Prose as the second reader understands it, which had no say where the first one seemed sure of itself."""
    draft = None if found_in(text).tables else read_roles(text)
    if draft is None:
        return None
    sure = lowered(draft.confidence, CONTRADICTED)
    return draft.model_copy(
        update={"confidence": sure, "doubts": ("only one of two readers reads it so", *draft.doubts)}
    )


#: Readers of texts of a kind that shows: the first that reads a text is believed, before it is read as prose.
KNOWN: tuple[Reader, ...] = (
    _changing, timetable, _chosen, _noted, _recorded, _whole_sheet, _textbook, _covered,
)  # fmt: skip
#: Readers that are asked where the text was refused as prose, or read with doubt: the surest of all is believed.
SECOND: tuple[Reader, ...] = (_by_roles, _sheet, notes, _likely_chosen, supposed)
