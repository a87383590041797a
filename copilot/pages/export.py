"""Export: the document in every format, and the session file."""

from __future__ import annotations

import re

import streamlit as st

from copilot.pages import state
from copilot.pages.notices import notice
from formulations.data import DataError
from formulations.exports import EXPORTS, ExportRefused
from formulations.ground import GroundingError

_LANGUAGES = {".py": "python", ".tex": "latex", ".ipynb": "json"}
_SHOWN = 20_000


def page() -> None:
    st.title("Export")
    session = state.session()
    compiled = state.compiled()
    if session.document is None or compiled is None:
        st.info("There is nothing to export yet: describe a problem or open a sample.")
        return
    stem = re.sub(r"\W+", "-", session.title or session.document.formulation.name or "problem").strip("-").lower()
    if compiled.obstacle:
        st.warning("The formulation has open findings; an export may be refused until they are mended.")
    name = st.segmented_control(
        "Format",
        list(EXPORTS),
        default="pyomo",
        format_func=lambda key: EXPORTS[key].title,
        label_visibility="collapsed",
    )
    if name is not None:
        exporter = EXPORTS[name]
        try:
            content = exporter.export(session.document)
        except (ExportRefused, DataError, GroundingError) as error:
            notice("error", str(error))
        else:
            st.download_button(
                f"Download {stem}{exporter.suffix}", content, f"{stem}{exporter.suffix}", exporter.media_type,
                type="primary", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
            if isinstance(content, str):
                st.code(content[:_SHOWN], language=_LANGUAGES.get(exporter.suffix), height=520)
                if len(content) > _SHOWN:
                    st.caption("The beginning is shown; the download holds everything.")
    st.subheader("Session")
    st.caption("Text, all versions, data, results and the answers kept on Explore, in one file that opens again here.")
    st.download_button(
        "Download the session", session.model_dump_json(indent=1), f"{stem}.session.json", "application/json",
        icon=":material/save:", on_click="ignore",
    )  # fmt: skip
