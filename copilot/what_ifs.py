"""What-if questions as studies to keep: kept settings, tornado, scenarios, fronts and why-nots."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from copilot.exploring import Asked, Explorer
from copilot.numbers import DUST, shown
from copilot.studies import MOST_CELLS, Figure, KeptStudy, Level, Told, sheet
from formulations.data import Instance
from solvers.objectives import objective_text
from solvers.pareto import Front
from solvers.restrictions import Kind
from solvers.scenarios import Sweep, Tornado
from solvers.solution import Termination
from solvers.why_not import WhyNot

#: Bars of a tornado, causes of a why-not, and decisions that are kept of each.
_BARS, _CAUSES, _DECISIONS = 12, 12, 50


def settings_told(found: Explorer, asked: Asked, before: Told | None) -> Told:
    """The kept settings of the sliders, with one more."""
    numbers = [float(value) for value in asked.factors]
    row = pd.DataFrame([[*numbers, asked.answer.objective, asked.badge]], columns=_settings_columns(found))
    known = [] if before is None else [before.sheets["kept settings"].frame()[_settings_columns(found)]]
    frame = pd.concat([*known, row], ignore_index=True) if known else row
    numbered = frame.assign(scenario=range(1, len(frame) + 1))[["scenario", *frame.columns]]
    return Told(kind="settings", question=_varied(found), sheets={"kept settings": sheet(numbered)})


def _settings_columns(found: Explorer) -> list[str]:
    return [*found.labels, "objective", "badge"]


def _varied(found: Explorer) -> str:
    return "\n".join(f"vary {group.variation}" for group in found.space.groups)


def tornado_told(found: Explorer, bars: Sequence[Tornado]) -> Told:
    """What each factor alone does to the objective, the widest bars first."""
    base = found.base.answer.objective
    rows = [
        (bar.label, end, value, objective, base)
        for bar in bars[:_BARS]
        for end, value, objective in (("low", bar.low, bar.at_low), ("high", bar.high, bar.at_high))
    ]
    frame = pd.DataFrame(rows, columns=["factor", "end", "value", "objective", "base"])
    lost = sorted(set(frame["factor"][frame["objective"].isna()]))
    notes = [f"No plan at an end of: {', '.join(lost)}."] if lost else []
    if len(bars) > _BARS:
        notes.append(f"The {_BARS} widest of {len(bars)} bars.")
    return Told(
        kind="tornado",
        question=_varied(found),
        figures=(Figure(label="with the data", value=base, unit=_unit(found.instance), words="no plan"),),
        notes=tuple(notes),
        sheets={"bars": sheet(frame)},
    )


def scenarios_told(instance: Instance, question: str, found: Sweep) -> Told:
    """The answers of a sweep; the plans with it where they are not too many."""
    frame = found.frame()
    solved = frame["objective"].dropna().astype(float)
    unit = _unit(instance)
    figures = [
        Figure(label="scenarios", value=len(frame)),
        Figure(label="with a plan", value=len(solved)),
        *(
            Figure(label=name, value=float(solved.quantile(share)) if len(solved) else None, unit=unit, words="none")
            for name, share in (("5 %", 0.05), ("median", 0.5), ("95 %", 0.95))
        ),
        Figure(label="seconds", value=round(found.seconds, 2)),
    ]
    sheets = {"scenarios": sheet(_telling(frame))}
    answered = [k for k, answer in enumerate(found.answers) if answer is not None and answer.values is not None]
    columns = found.design.family.columns
    if len(answered) > 1 and len(answered) * len(columns) <= MOST_CELLS:
        plans = pd.DataFrame(found.values()[answered].T, columns=[found.design.names[k] for k in answered])
        plans.insert(0, "decision", list(columns), allow_duplicates=True)
        sheets["plans"] = sheet(plans)
    notes = () if found.complete else ("Stopped before all scenarios were answered.",)
    return Told(kind="scenarios", question=question, figures=tuple(figures), notes=notes, sheets=sheets)


def _telling(frame: pd.DataFrame) -> pd.DataFrame:
    """Without columns that say nothing: notes where all went well, one source for all, gaps of exact answers."""
    told = frame.assign(status=frame["status"].str.replace("_", " "), seconds=frame["seconds"].round(4))
    silent = [] if frame["note"].any() else ["note"]
    silent += ["source"] if frame["source"].nunique() < 2 else []
    silent += ["bound", "gap"] if not (frame["gap"].fillna(0.0) > DUST).any() else []
    return told.drop(columns=silent)


def front_told(front: Front) -> Told:
    """Points of which none is better than another in every respect."""
    frame = front.frame()
    complete = "all there are" if front.complete else "a selection"
    knee = "" if front.knee is None else "; the ring marks the knee, the best compromise by shares of the ranges"
    note = f"{len(frame)} points, {complete}, none dominated by another{knee}."
    if len(frame) == 1:
        note = "One point is best in every respect: there is nothing to trade."
    question = "\n".join(objective_text(objective) for objective in front.objectives)
    return Told(kind="pareto", question=question, notes=(note,), sheets={"front": sheet(frame)})


def why_told(instance: Instance, found: WhyNot) -> Told:
    """The price of a decision and what stands against it."""
    badge, level = _price(found)
    figures = []
    if found.forced.objective is not None and not found.impossible:
        unit = _unit(instance)
        figures.append(Figure(label="with the decision", value=found.forced.objective, unit=unit))
        figures.append(Figure(label="without", value=found.before.objective, unit=unit))
    causes = [
        ("must be whole" if member.kind is Kind.INTEGRALITY else member.text, member.label)
        for member in found.causes[:_CAUSES]
    ]
    sheets = {"because of": sheet(pd.DataFrame(causes, columns=["requirement", "name"]))} if causes else {}
    notes = [] if found.irreducible or not causes else ["Perhaps not all of these requirements are needed for it."]
    if found.differences:
        moved = [(d.label, d.before, d.after) for d in found.differences[:_DECISIONS]]
        sheets["the plan would be another"] = sheet(pd.DataFrame(moved, columns=["decision", "before", "after"]))
    return Told(
        kind="why not",
        question=found.question,
        badge=badge,
        level=level,
        figures=tuple(figures),
        notes=tuple(notes),
        sheets=sheets,
    )


def _price(found: WhyNot) -> tuple[str, Level]:
    if found.impossible:
        return "impossible", "alert"
    if found.price is None:
        return f"no answer: {found.forced.termination.value.replace('_', ' ')}", "unverified"
    words = "costs nothing" if found.price < DUST else f"costs {shown(found.price)}"
    return words, "proved" if found.forced.termination is Termination.OPTIMAL else "tested"


def _unit(instance: Instance) -> str:
    objective = instance.formulation.objective
    return objective.unit if objective is not None else ""


def latest_of(studies: Sequence[KeptStudy], question: str, version: int) -> Told | None:
    """What is kept for this question about this version."""
    return next((s.told for s in studies if s.told.question == question and s.version == version), None)
