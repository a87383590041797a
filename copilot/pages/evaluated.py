"""An evaluation on a page: how far it is, the table of what was right, and every problem that was not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from copilot.evaluating import Evaluation
from copilot.evaluation.figures import Scored
from copilot.evaluation.log import LogError
from copilot.evaluation.progress import clock
from copilot.evaluation.report import (
    between,
    cost,
    label,
    markdown_report,
    misses,
    percent,
    result,
    rows,
    shortened,
    surest_half,
    verdict,
)
from copilot.evaluation.report_html import html_report
from copilot.evaluation.runner import Run
from copilot.pages.notices import literal, notice
from formulations.exports.latex import formulation_latex
from formulations.notation import NotationError, parse_notation


@st.fragment(run_every=1.0)
def progress(kept: Evaluation) -> None:
    """How far the run is, until it is done and the page shows what came out."""
    if not kept.running:
        if st.session_state.pop("evaluation runs", False):
            st.rerun()
        return
    st.session_state["evaluation runs"] = True
    st.progress(min(1.0, kept.done / max(1, kept.total)), _so_far(kept))
    if st.button("Cancel", icon=":material/cancel:"):
        kept.cancel()
        st.rerun()


def _so_far(kept: Evaluation) -> str:
    told = f"{kept.done} of {kept.total} problems"
    run = kept.run_so_far()
    if run is not None:
        told += f", {sum(entry.right for entry in run.scored)} right"
        if spent := cost(run):
            told += f", {spent}"
    return told if kept.left is None else f"{told}, about {clock(kept.left)} left"


def show(kept: Evaluation) -> None:
    if kept.failure:
        notice("error", kept.failure)
    try:
        run = kept.run_so_far()
    except LogError as error:
        notice("error", str(error))
        return
    if run is None:
        notice("info", "No problem was assessed.")
        return
    if (missing := kept.total - len(run.scored)) > 0:
        how = "Cancelled" if kept.cancelled else "Not finished"
        notice(
            "info",
            f"{how}: {len(run.scored)} of {kept.total} problems were assessed. Keep the log: upload it with the data, "
            f"and the run is resumed with the other {missing}.",
        )
    _table(run)
    with st.container(horizontal=True):
        st.download_button("Report as a web page", html_report(run), "evaluation.html", "text/html")
        st.download_button("Report as Markdown", markdown_report(run), "evaluation.md")
        st.download_button("Log of the run", kept.log.read_bytes(), "evaluation.log", "application/jsonl")
    _errors(misses(run))


def _table(run: Run) -> None:
    """All problems and each kind: by the headline rule with its Wilson interval, and how far the others came."""
    told = [
        {
            "": row.name,
            "problems": row.rules[0].n,
            "right": percent(row.rules[0]),
            "95 %": between(row.rules[0]),
            "strict": percent(row.rules[1]),
            "OptiBench": percent(row.rules[2]),
            "refused": row.refused,
            "valid": percent(row.validity),
            "solved": percent(row.execution),
            "seconds": round(row.seconds, 3),
            **({} if row.tokens is None else {"tokens": round(row.tokens)}),
        }
        for row in rows(run)
    ]
    st.dataframe(pd.DataFrame(told), width="stretch", hide_index=True)
    half, spent = surest_half(run), cost(run)
    st.caption(
        "Right: the optimum is the known one, to the digits that it is given with. Strict: within 1e-6. OptiBench: "
        "every result that is listed. "
        + (f"Of the half that it was surest of, {percent(half)} are right ({between(half)}). " if half.n else "")
        + (f"In all {spent}." if spent else "")
    )


def _errors(wrong: tuple[Scored, ...]) -> None:
    """The problems that are not right, the surest first, by kind and reason, one of them in full."""
    st.subheader(f"Not right: {len(wrong)}")
    if not wrong:
        return
    left, middle, right = st.columns(3)
    kind = left.selectbox("Kind", ["all", *sorted({entry.outcome.kind for entry in wrong})])
    reason = middle.selectbox("Reason", ["all", *sorted({verdict(entry) for entry in wrong})])
    words = right.text_input("Words", placeholder="in questions and formulations").lower()
    found = [
        entry
        for entry in wrong
        if kind in ("all", entry.outcome.kind)
        and reason in ("all", verdict(entry))
        and words in f"{entry.sample.question}\n{entry.outcome.notation}".lower()
    ]
    if not found:
        st.caption("None of them fits.")
        return
    number = st.selectbox(
        f"Problem, of {len(found)}", range(len(found)), format_func=lambda place: _headline(found[place])
    )
    _one(found[number])


def _headline(entry: Scored) -> str:
    return f"{entry.outcome.id} · {verdict(entry)} · {result(entry)}, label {label(entry)}"


def _one(entry: Scored) -> None:
    outcome = entry.outcome
    value, known, sure = st.columns(3)
    value.metric("Value", result(entry))
    known.metric("Label", label(entry))
    sure.metric("Confidence", f"{outcome.confidence:.0%}")
    st.markdown(f"**Question** · {literal(outcome.kind)}")
    st.code(shortened(entry.sample.question), language=None, wrap_lines=True)
    for finding in outcome.findings:
        notice("warning", finding)
    if not outcome.notation:
        return
    try:
        formulation = parse_notation(outcome.notation).formulation
    except NotationError:
        st.code(outcome.notation, language=None, wrap_lines=True)
        return
    st.markdown("**Formulation**")
    with st.container(key="evaluation-mathematics"):
        for line in formulation_latex(formulation).values():
            st.latex(line)
    with st.expander("Notation with its data"):
        st.code(outcome.notation, language=None, wrap_lines=True)
