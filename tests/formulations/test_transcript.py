"""A program written out as a formulation grounds to itself, term by term and over sets."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations import transcript
from formulations.data import bind
from formulations.formulation import Document
from formulations.ground import ground
from formulations.notation import parse_notation, write_notation
from formulations.program import Program
from formulations.reading import read_lp
from formulations.transcript import TranscriptRefused, transcribed

SMALL = """Maximize
 profit: 3 x(1) + 2.5 sum + 4 lambda - 7 idle + [ 2 x(1)^2 + 4 x(1) * sum ] / 2
Subject To
 c#1: x(1) + sum <= 10
 c#2: 1 <= x(1) - 0.1 lambda <= 8
 c#3: sum + lambda = 5
 c#4: idle = 1 -> x(1) >= 2
Bounds
 -3 <= x(1) <= 20
 lambda free
General
 sum
Binary
 idle
End
"""


def grounded(document: Document) -> Program:
    return ground(bind(document.formulation, document.data))


def facts(program: Program) -> Counter[tuple[object, ...]]:
    """Rows and bounds as a multiset that names and order play no part in, singleton rows being bounds."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    rows = []
    matrix = program.matrix.toarray()
    for row in range(program.row_count):
        inside = np.flatnonzero(matrix[row])
        if len(inside) == 1 and matrix[row, inside[0]] == 1 and row not in program.indicators:
            lower[inside[0]] = max(lower[inside[0]], program.row_lower[row])
            upper[inside[0]] = min(upper[inside[0]], program.row_upper[row])
        else:
            rows.append(row)
    order = {j: (program.objective[j], lower[j], upper[j], bool(program.integer[j])) for j in range(len(lower))}
    found: Counter[tuple[object, ...]] = Counter(("column", value) for value in order.values())
    for row in rows:
        entries = frozenset(Counter((order[j], matrix[row, j]) for j in np.flatnonzero(matrix[row])).items())
        for side, bound in (("lower", program.row_lower[row]), ("upper", program.row_upper[row])):
            if np.isfinite(bound):
                found["row", side, entries, bound] += 1
    return found


def test_a_small_file_is_written_term_by_term_and_keeps_its_names_as_descriptions() -> None:
    program = read_lp(SMALL, "small.lp")
    document = transcribed(program)
    again = grounded(document)
    assert facts(again) == facts(program)
    assert again.sense == "maximize"
    assert (again.objective_quadratic.toarray() == program.objective_quadratic.toarray()).all()
    assert len(again.indicators) == 1
    assert {variable.name: variable.description for variable in document.formulation.variables} == {
        "x_1": "x(1)", "n_sum": "sum", "n_lambda": "lambda", "idle": "",
    }  # fmt: skip
    assert parse_notation(write_notation(document)) == document


@st.composite
def linear_programs(draw: st.DrawFn) -> str:
    numbers = st.integers(-9, 9).map(float)
    count = draw(st.integers(1, 5))
    names = [f"v{k}" for k in range(count)]
    lines = [draw(st.sampled_from(["Minimize", "Maximize"])), " obj: " + _sum(draw, names, numbers), "Subject To"]
    for row in range(draw(st.integers(0, 4))):
        sign = draw(st.sampled_from(["<=", ">=", "="]))
        lines.append(f" r{row}: {_sum(draw, names, numbers)} {sign} {draw(numbers):g}")
    lines.append("Bounds")
    for name in names:
        low = draw(st.integers(-5, 0))
        lines.append(draw(st.sampled_from([f" {name} free", f" {low} <= {name} <= 7", f" {name} >= {low}", ""])))
    lines += ["General", " " + " ".join(draw(st.lists(st.sampled_from(names), unique=True))), "End"]
    return "\n".join(lines)


def _sum(draw: st.DrawFn, names: list[str], numbers: st.SearchStrategy[float]) -> str:
    terms = [
        (draw(numbers.filter(bool)), name) for name in draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    ]
    return " ".join(f"{'+' if c >= 0 else '-'} {abs(c):g} {name}" for c, name in terms)


@settings(max_examples=60)
@given(linear_programs(), st.booleans())
def test_what_is_written_out_grounds_to_the_same_program(text: str, over_sets: bool) -> None:
    program = read_lp(text, "drawn.lp")
    document = transcript._over_sets(program) if over_sets else transcribed(program)
    assert facts(grounded(document)) == facts(program)
    assert parse_notation(write_notation(document)).formulation == document.formulation


def test_a_large_program_is_written_over_sets_and_a_large_curved_one_is_refused() -> None:
    names = [f"v{k}" for k in range(400)]
    text = "Minimize\n obj: {}{}\nSubject To\n c: {} >= 3\nEnd\n"
    total = " + ".join(names)
    document = transcribed(read_lp(text.format(total, "", total), "large.lp"))
    assert len(document.formulation.constraints) == 2
    assert grounded(document).matrix.nnz == 800
    with pytest.raises(TranscriptRefused, match="400 columns"):
        transcribed(read_lp(text.format(total, " + [ v0^2 ] / 2", total), "curved.lp"))
