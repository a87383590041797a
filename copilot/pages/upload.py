"""Upload: files become a proposed mapping to sets and parameters, seen before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from copilot.pages import state
from copilot.pages.notices import notice
from formulations.files import FileError
from formulations.formulation import Document
from formulations.tables import TableError, apply_mapping, preview, propose_mapping, read_tables

if TYPE_CHECKING:
    import pandas as pd


def show(document: Document) -> None:
    st.caption(
        "Columns are matched to sets and parameters by name and content: one row per entry, or a matrix with members "
        "in its header. The rows stay on this machine."
    )
    frames = _uploaded("Files")
    if not frames:
        return
    mapping = propose_mapping(frames, document.formulation)
    st.dataframe(preview(frames, mapping, document.formulation), width="stretch", hide_index=True)
    for name, frame in frames.items():
        with st.popover(f"{name}: {len(frame):,} rows"):
            st.dataframe(frame.head(100), width="stretch")
    if st.button("Use this data", type="primary"):
        try:
            data = apply_mapping(frames, mapping, document.formulation, base=document.data)
        except TableError as error:
            notice("error", str(error))
            return
        changed = document.model_copy(update={"data": data})
        state.keep(state.session().edited(changed, at=state.now(), note=f"data from {', '.join(frames)}"))
        st.rerun()


def attached() -> dict[str, pd.DataFrame]:
    """Tables that the text speaks of, to be read together with it."""
    st.caption(
        "The embedded formulator reads them with the text. A language model is told the names of tables and columns, "
        "never a row."
    )
    frames = _uploaded("Tables")
    for name, frame in frames.items():
        st.markdown(f"**{name}** :gray[{len(frame):,} rows: {', '.join(map(str, frame.columns))}]")
    return frames


def _uploaded(title: str) -> dict[str, pd.DataFrame]:
    """The tables with rows of uploaded files by name; none where one of them cannot be read, which is shown."""
    files = st.file_uploader(
        title, ["csv", "tsv", "xlsx", "parquet"], accept_multiple_files=True, label_visibility="collapsed"
    )
    frames: dict[str, pd.DataFrame] = {}
    try:
        for file in files:
            for name, frame in read_tables(file.getvalue(), file.name).items():
                frames[name if name not in frames else f"{file.name} {name}"] = frame
    except FileError as error:
        notice("error", str(error))
        return {}
    if bare := [name for name, frame in frames.items() if frame.empty]:
        notice("warning", f"{', '.join(bare)}: there are no rows below the header, so there is nothing to use.")
    return {name: frame for name, frame in frames.items() if not frame.empty}
