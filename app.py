"""The app: `streamlit run app.py`. Router and frame only; the pages live in copilot/pages."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def main() -> None:
    # Workers that sweep scenarios are spawned from the running app and read this file again, under another name:
    # whatever stood at its top they would load before their first answer.
    import streamlit as st

    from copilot.pages import (
        compare,
        data,
        describe,
        evaluation,
        explore,
        export,
        fields,
        formulation,
        settings,
        sidebar,
        solve,
        state,
        tabs,
        versions,
    )

    st.set_page_config(page_title="optcopilot", page_icon=":material/function:", layout="wide")
    st.html(ASSETS / "style.css")
    pages = {
        "describe": st.Page(describe.page, title="Describe", icon=":material/edit_note:", default=True),
        "formulation": st.Page(
            formulation.page, title="Formulation", icon=":material/function:", url_path="formulation"
        ),
        "data": st.Page(data.page, title="Data", icon=":material/table:", url_path="data"),
        "solve": st.Page(solve.page, title="Solve", icon=":material/insights:", url_path="solve"),
        "explore": st.Page(explore.page, title="Explore", icon=":material/tune:", url_path="explore"),
        "versions": st.Page(versions.page, title="Versions", icon=":material/history:", url_path="versions"),
        "compare": st.Page(compare.page, title="Compare", icon=":material/compare_arrows:", url_path="compare"),
        "export": st.Page(export.page, title="Export", icon=":material/download:", url_path="export"),
        "evaluation": st.Page(evaluation.page, title="Evaluation", icon=":material/rule:", url_path="evaluation"),
        "settings": st.Page(settings.page, title="Settings", icon=":material/settings:", url_path="settings"),
    }
    # Pages switch to one another by these names.
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()), position="top")
    fields.hold_questions()
    sidebar.show(chosen.url_path)
    state.write_address()
    tabs.show()
    chosen.run()


if __name__ == "__main__":
    main()
