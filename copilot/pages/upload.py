"""Upload: files become a proposed mapping to sets and parameters, seen before it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import streamlit as st

from copilot.pages import state
from copilot.pages.notices import literal, notice
from formulations.files import FileError
from formulations.formulation import Document
from formulations.tables import TableError, apply_mapping, preview, propose_mapping, read_tables

if TYPE_CHECKING:
    import pandas as pd

#: The tables that belong to the text in hand.
ATTACHED = "attached tables"


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
    """Tables that the text speaks of, to be read together with it; other pages leave them attached."""
    st.caption(
        "The embedded formulator reads them with the text. A language model is told the names of tables and columns, "
        "never a row."
    )
    if found := _uploaded("Tables", on_change=_detached):
        st.session_state[ATTACHED] = found
    frames = kept_frames()
    for name, frame in frames.items():
        columns = ", ".join(map(str, frame.columns))
        st.markdown(f"**{literal(name)}** :gray[{len(frame):,} rows: {literal(columns)}]")
    if frames and not found and st.button("Remove these tables", icon=":material/close:"):
        _detached()
        st.rerun()
    return frames


def kept_frames() -> dict[str, pd.DataFrame]:
    """The tables that belong to the text in hand."""
    return cast("dict[str, pd.DataFrame]", st.session_state.get(ATTACHED, {}))


def _detached() -> None:
    st.session_state.pop(ATTACHED, None)


def _uploaded(title: str, *, on_change: Callable[[], None] | None = None) -> dict[str, pd.DataFrame]:
    """The tables with rows of uploaded files by name; none where one of them cannot be read, which is shown."""
    files = st.file_uploader(
        title, ["csv", "tsv", "xlsx", "parquet"], accept_multiple_files=True, label_visibility="collapsed",
        on_change=on_change,
    )  # fmt: skip
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
