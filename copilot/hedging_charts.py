"""Charts of plans for uncertain numbers."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from copilot.colors import GREEN, ORANGE
from copilot.hedging_words import AT_DATA, CERTAIN, HEDGED, WORST


def cases_chart(cases: pd.DataFrame) -> Any:
    """Each plan from the objective if the data hold to that in the worst case; columns ``plan, case, objective``."""
    known = cases.dropna(subset=["objective"])
    y = alt.Y("plan:N", sort=[CERTAIN, HEDGED], title=None, axis=alt.Axis(labelLimit=200))
    x = alt.X("objective:Q", scale=alt.Scale(zero=False, padding=24), axis=alt.Axis(format=",.6~g", tickCount=6))
    color = alt.Color(
        "case:N",
        scale=alt.Scale(domain=[AT_DATA, WORST], range=[GREEN, ORANGE]),
        legend=alt.Legend(orient="top", title=None),
    )
    tooltip = ["plan", "case", alt.Tooltip("objective:Q", format=",.6~g")]
    base = alt.Chart(known).encode(x=x, y=y)
    line = base.mark_line(color="#8fa9a0", strokeWidth=2).encode(detail="plan:N")
    points = base.mark_point(filled=True, size=140, opacity=1).encode(color=color, tooltip=tooltip)
    words = base.mark_text(dy=-14).encode(text=alt.Text("objective:Q", format=",.6~g"))
    return (line + points + words).properties(height=190)


def budgets_chart(budgets: pd.DataFrame) -> Any:
    """What each budget costs; columns ``budget``, ``worst objective``."""
    return (
        alt.Chart(budgets.dropna(subset=["worst objective"]))
        .mark_line(color=ORANGE, point=alt.OverlayMarkDef(color=ORANGE, size=60))
        .encode(
            x=alt.X("budget:Q", title="budget: numbers at their worst at once", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("worst objective:Q", scale=alt.Scale(zero=False), title="objective in the worst case"),
            tooltip=["budget", alt.Tooltip("worst objective:Q", format=",.6~g")],
        )
        .properties(height=220)
    )


def outcomes_chart(scenarios: pd.DataFrame, expected: float | None, risk: float | None) -> Any:
    """The outcomes of both plans from the lowest to the highest, with the mean and that of the bad cases as rules.

    Columns ``probability``, ``outcome`` and, where known, the outcome of the plan for certain data.
    """
    parts = [_sorted(scenarios, "outcome", HEDGED)]
    if f"outcome {CERTAIN}" in scenarios:
        parts.append(_sorted(scenarios, f"outcome {CERTAIN}", CERTAIN))
    frame = pd.concat(parts)
    color = alt.Color(
        "plan:N",
        scale=alt.Scale(domain=[CERTAIN, HEDGED], range=[ORANGE, GREEN]),
        legend=alt.Legend(orient="top", title=None),
    )
    chart: Any = (
        alt.Chart(frame)
        .mark_line(interpolate="step-before", strokeWidth=2.5)
        .encode(
            x=alt.X(
                "share:Q", title="share of the scenarios", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
            ),
            y=alt.Y("outcome:Q", scale=alt.Scale(zero=False), title="objective", axis=alt.Axis(format=",.6~g")),
            color=color,
            tooltip=["plan", alt.Tooltip("share:Q", format=".0%"), alt.Tooltip("outcome:Q", format=",.6~g")],
        )
    )
    rules = [(value, words) for value, words in ((expected, "expected"), (risk, "bad cases")) if value is not None]
    marked = pd.DataFrame(rules, columns=["outcome", "words"])
    lines = alt.Chart(marked).mark_rule(strokeDash=[5, 4], color="#6b7a74").encode(y="outcome:Q")
    words = (
        alt.Chart(marked)
        .mark_text(align="left", dx=6, dy=-7, color="#6b7a74")
        .encode(y="outcome:Q", x=alt.value(0), text="words:N")
    )
    return (chart + lines + words).properties(height=260)


def _sorted(scenarios: pd.DataFrame, column: str, plan: str) -> pd.DataFrame:
    known = scenarios.dropna(subset=[column]).sort_values(column)
    return pd.DataFrame({"plan": plan, "share": known["probability"].cumsum(), "outcome": known[column]})
