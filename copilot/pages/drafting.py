"""From the text to a draft on a page: runs a formulator, keeps the text whatever happens, shows what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from copilot.formulators import drafted, formulator
from copilot.formulators.draft import Draft, FormulationRefused, Formulator, Span
from copilot.pages import fields, state
from copilot.pages.marking import marked_up
from copilot.pages.notices import literal
from copilot.providers import EndpointError
from copilot.session import Session

if TYPE_CHECKING:
    import pandas as pd

_PROBLEM = "formulation problem"
#: The formulators as every page names them.
NAMES = {
    "offline": "Embedded, offline",
    "hybrid": "Both, where the first is unsure",
    "llm": "Language model alone",
}
#: The held field that a text is written into.
TEXT = "problem text"


@dataclass(frozen=True)
class Trouble:
    """Why a formulator gave no draft: the sentences it could not read, and what it understood all the same.

    endpoint: whether that of the language model is to blame.
    """

    formulator: str
    message: str
    unread: tuple[Span, ...] = ()
    partial: Draft | None = None
    endpoint: bool = False


#: Characters that are shown of what a language model is writing.
_SHOWN = 1500


def formulate(session: Session, chosen: str, frames: Mapping[str, pd.DataFrame] | None = None) -> None:
    """A new version from the text of the session, and tables with its data, by the formulator of that name, and the
    page that shows it."""
    state.keep(session)
    fields.show(TEXT, session.text)
    st.session_state.pop(_PROBLEM, None)
    name = chosen.split(":")[0]
    try:
        with st.spinner("Reading the problem …"):
            draft = _drafted(formulator(name, state.settings()), session.text, frames or {})
    except FormulationRefused as error:
        st.session_state[_PROBLEM] = Trouble(name, str(error), error.spans, error.partial)
        return
    except EndpointError as error:
        st.session_state[_PROBLEM] = Trouble(name, str(error), endpoint=True)
        return
    state.keep(session.drafted(draft, at=state.now()))
    st.switch_page(st.session_state["pages"]["formulation"])


def _drafted(reader: Formulator, text: str, frames: Mapping[str, pd.DataFrame]) -> Draft:
    """The draft; what a language model writes is shown while it is written. Raises as the formulator does."""
    place, pieces = st.empty(), list[str]()

    def show(piece: str) -> None:
        pieces.append(piece)
        place.code("".join(pieces)[-_SHOWN:], language=None)

    draft = drafted(reader, text, frames, on_text=show)
    place.empty()
    return draft


def problem() -> None:
    """Why the last text was not formulated, and the ways on."""
    if _PROBLEM not in st.session_state:
        return
    trouble: Trouble = st.session_state[_PROBLEM]
    text = state.session().text
    message = f"{trouble.message[:1].upper()}{trouble.message[1:]}"
    st.error("\n\n".join(map(literal, message.splitlines())))
    if trouble.unread:
        st.html(f"<div class='reading'>{marked_up(text, {}, '', trouble.unread)}</div>")
    if trouble.endpoint:
        st.caption("Where the language model answers, and its key, stand under Settings, with a button to test it.")
    elif trouble.formulator == "offline" and not state.settings().endpoint_configured:
        st.caption(
            "Change the sentences named above and formulate again, or write the formulation yourself. A language "
            "model, set up under Settings, reads freer wordings."
        )
    places = iter(st.columns(3))
    # The hybrid has asked the embedded one already.
    if trouble.formulator == "llm" and next(places).button("Use the embedded formulator instead", width="stretch"):
        formulate(state.session(), "offline")
    if trouble.partial is not None and next(places).button("Start from what was understood", width="stretch"):
        st.session_state.pop(_PROBLEM, None)
        state.keep(state.session().drafted(trouble.partial, at=state.now()))
        st.switch_page(st.session_state["pages"]["formulation"])
    if next(places).button("Write the formulation myself", width="stretch"):
        st.session_state.pop(_PROBLEM, None)
        st.switch_page(st.session_state["pages"]["formulation"])
