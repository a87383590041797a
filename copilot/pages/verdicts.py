"""A verdict on two formulations: what is claimed, and the witness, maps, rows and steps it rests on."""

from __future__ import annotations

import html
from collections.abc import Sequence
from fractions import Fraction

import pandas as pd
import streamlit as st

from copilot.pages.notices import literal
from equivalence.verdict import Relation, Verdict
from equivalence.words import affine_in_words, number, ray_in_words, title, witness_in_words

_GOOD = (Relation.EQUIVALENT_STRUCTURAL, Relation.EQUIVALENT_PROVED, Relation.SAME_OPTIMA_PROVED)
_OPEN = (Relation.UNKNOWN, Relation.TESTED, Relation.BOTH_INFEASIBLE, Relation.BOTH_UNBOUNDED)
_MARKS = {**dict.fromkeys(_GOOD, "proved"), **dict.fromkeys(_OPEN, "unverified")}


def show(verdict: Verdict) -> None:
    mark = _MARKS.get(verdict.relation, "alert")
    st.html(f"<span class='badge {mark}'>{html.escape(title(verdict))}</span>")
    st.markdown(literal(verdict.reason))
    st.caption(f"{verdict.seconds:.2f} s, {'in rational arithmetic' if verdict.exact else 'not exact'}")
    if verdict.witness is not None:
        st.markdown(f"> {literal(witness_in_words(verdict.witness))}")
        _table("Plan", [(label, number(value)) for label, value in verdict.witness.point.items()], ("column", "value"))
    for conflict in verdict.conflicts:
        heading = f"In {conflict.side.value} these cannot hold together"
        _table(heading, [(member,) for member in conflict.members], ("requirement",))
    for ray in verdict.rays:
        st.markdown(f"> {literal(ray_in_words(ray))}")
    if verdict.other_map is not None:
        found = [(label, affine_in_words(image)) for label, image in verdict.other_map.columns.items()]
        _table("Another map under which they are the same: columns of A in terms of B", found, ("A", "B"))
    if verdict.forward is not None:
        found = [(label, affine_in_words(image)) for label, image in verdict.forward.columns.items()]
        _table("Columns of A in terms of B", found, ("A", "B"))
    if verdict.alpha is not None and (verdict.alpha, verdict.beta) != (Fraction(1), Fraction(0)):
        st.caption(f"Objective of A = {number(verdict.alpha)} · objective of B + {number(verdict.beta or Fraction(0))}")
    _table("Matched rows", list(verdict.matched_rows), ("A", "B"))
    _table("Rows proved", [(c.side.value, c.row, c.method) for c in verdict.certificates], ("of", "row", "by"))
    _table("Steps", [(lemma.side.value, lemma.name, lemma.subject) for lemma in verdict.lemmas], ("in", "step", "what"))
    if not verdict.decided:
        _table("Tried", [(test,) for test in verdict.tests], ("map and what it lacks",))


def _table(heading: str, rows: Sequence[tuple[str, ...]], columns: tuple[str, ...]) -> None:
    if rows:
        with st.expander(f"{heading} ({len(rows)})", expanded=len(rows) <= 12):
            st.dataframe(pd.DataFrame(rows, columns=list(columns)), hide_index=True)
