"""Upload: files become a proposed mapping to sets and parameters, seen before it is used."""

from __future__ import annotations

import streamlit as st

from copilot.pages import state
from copilot.pages.notices import notice
from formulations.files import FileError
from formulations.formulation import Document
from formulations.tables import TableError, apply_mapping, preview, propose_mapping, read_tables


def show(document: Document) -> None:
    st.caption(
        "Columns are matched to sets and parameters by name and content: one row per entry, or a matrix with members "
        "in its header. The rows stay on this machine."
    )
    files = st.file_uploader(
        "Files", ["csv", "tsv", "xlsx", "parquet"], accept_multiple_files=True, label_visibility="collapsed"
    )
    if not files:
        return
    frames = {}
    try:
        for file in files:
            frames.update(read_tables(file.getvalue(), file.name))
    except FileError as error:
        notice("error", str(error))
        return
    bare = [name for name, frame in frames.items() if frame.empty]
    if bare:
        notice("warning", f"{', '.join(bare)}: there are no rows below the header, so there is nothing to use.")
    frames = {name: frame for name, frame in frames.items() if not frame.empty}
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
        state.keep(
            state.session().edited(changed, at=state.now(), note=f"data from {', '.join(f.name for f in files)}")
        )
        st.rerun()
