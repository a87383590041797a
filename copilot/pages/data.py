"""Data: members and numbers in grids, or uploaded from CSV, Excel and Parquet with a preview."""

from __future__ import annotations

import streamlit as st

from copilot import sheets
from copilot.pages import state, upload
from copilot.pages.notices import literal, notice
from formulations.formulation import Data, Document

_LARGE = 20_000


def page() -> None:
    st.title("Data")
    document = state.session().document
    if document is None:
        st.info("There is no formulation yet that needs data: describe a problem or open a sample.")
        return
    compiled = state.compiled()
    if compiled is not None and compiled.obstacle and not compiled.errors:
        notice("error", compiled.obstacle)
    with st.expander("Upload CSV, Excel or Parquet", icon=":material/upload_file:"):
        upload.show(document)
    _grids(document)


def _grids(document: Document) -> None:
    formulation, data = document.formulation, document.data
    if not formulation.sets and not formulation.parameters:
        st.caption("This formulation has neither sets nor parameters.")
        return
    # The version number is part of every key: after a change the grids show the new state, not old edits.
    version = state.session().current
    edited = data
    if formulation.sets:
        st.subheader("Sets")
        columns = st.columns(min(3, len(formulation.sets)))
        for number, index_set in enumerate(formulation.sets):
            with columns[number % len(columns)]:
                size = len(data.sets.get(index_set.name, ()))
                st.markdown(
                    f"**{literal(index_set.name)}** :gray[{size} members]", help=literal(index_set.description) or None
                )
                if size > _LARGE:
                    continue
                sheet = sheets.set_sheet(formulation, data, index_set.name)
                changed = st.data_editor(
                    sheet,
                    key=f"set {index_set.name} {version}",
                    num_rows="dynamic",
                    width="stretch",
                    hide_index=True,
                    height=210,
                )
                if not changed.equals(sheet):
                    edited = sheets.with_set(formulation, edited, index_set.name, changed)
    edited = _numbers(document, edited, version)
    left, right = st.columns([1, 3], vertical_alignment="center")
    if left.button("Apply", type="primary", icon=":material/check:", disabled=edited == data, width="stretch"):
        state.keep(state.session().edited(document.model_copy(update={"data": edited}), at=state.now()))
        st.rerun()
    right.caption(
        "Changes are kept as a new version." if edited == data else "There are changes that are not applied yet."
    )


def _numbers(document: Document, edited: Data, version: int | None) -> Data:
    formulation, data = document.formulation, document.data
    scalars = sheets.scalar_sheet(formulation, data)
    if not scalars.empty:
        st.subheader("Numbers")
        changed = st.data_editor(
            scalars, key=f"scalars {version}", disabled=["parameter", "unit", "words"], width="stretch", hide_index=True
        )
        if not changed.equals(scalars):
            edited = sheets.with_scalars(edited, changed)
    for parameter in formulation.parameters:
        if not parameter.indices:
            continue
        unit = f" ({parameter.unit})" if parameter.unit else ""
        st.subheader(literal(parameter.name + unit), help=literal(parameter.description) or None)
        sheet = sheets.parameter_sheet(formulation, data, parameter)
        if sheet.size > _LARGE:
            st.caption(f"{sheet.size:,} cells: too many to edit here; upload a file instead.")
            continue
        matrix = sheets.is_matrix(formulation, parameter)
        keys = [column for column in sheet.columns if column != "value"]
        changed = st.data_editor(
            sheet,
            key=f"parameter {parameter.name} {version}",
            disabled=[] if matrix else keys,
            width="stretch",
            hide_index=not matrix,
        )
        if not changed.equals(sheet):
            edited = sheets.with_parameter(formulation, edited, parameter, changed)
    return edited
