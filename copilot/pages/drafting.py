"""From the text to a draft on a page: runs a formulator, keeps the text whatever happens, shows what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from copilot.formulators import drafted, formulator
from copilot.formulators.draft import Draft, FormulationRefused, Formulator
from copilot.pages import state
from copilot.pages.notices import literal
from copilot.providers import EndpointError
from copilot.session import Session

if TYPE_CHECKING:
    import pandas as pd

_PROBLEM = "formulation problem"
#: Characters that are shown of what a language model is writing.
_SHOWN = 1500


def formulate(session: Session, chosen: str, frames: Mapping[str, pd.DataFrame] | None = None) -> None:
    """A new version from the text of the session, and tables with its data, by the formulator of that name, and the
    page that shows it."""
    state.keep(session)
    st.session_state.pop(_PROBLEM, None)
    name = chosen.split(":")[0]
    try:
        with st.spinner("Reading the problem …"):
            draft = _drafted(formulator(name, state.settings()), session.text, frames or {})
    except (FormulationRefused, EndpointError) as error:
        st.session_state[_PROBLEM] = (name, str(error))
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
    chosen, message = st.session_state[_PROBLEM]
    st.error(literal(message))
    columns = st.columns(2)
    if chosen != "offline" and columns[0].button("Use the embedded formulator instead", width="stretch"):
        formulate(state.session(), "offline")
    if columns[1].button("Write the formulation myself", width="stretch"):
        st.session_state.pop(_PROBLEM, None)
        st.switch_page(st.session_state["pages"]["formulation"])
