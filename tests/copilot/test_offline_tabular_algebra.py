"""Problems written as algebra, in symbols or in words: own texts to their optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.draft import FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.tabular.algebra import Reader, named_variables, pieces, plain
from formulations.check import check
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "lines of symbols": ("Maximize 3x + 5y subject to:\nx <= 4\n2y <= 12\n3x + 2y <= 18\nx, y >= 0", 36.0),
    "subscripts in one line": (
        "min 2x1 + 3 x2 - x3 s.t. x1 + x2 + x3 >= 10, x1 - x2 <= 2, x3 <= 4 and x1, x2, x3 >= 0 integer.",
        10.0,
    ),
    "LaTeX": (
        r"Solve $$\min\; 4x_1 + 3x_2$$ subject to $$x_1 + 2x_2 \geq 8,\quad 3x_1 + x_2 \geq 9,\quad x_1, x_2 \ge 0.$$",
        17.0,
    ),
    "factors in words": (
        "We minimize 2.5 times the output of Plant A plus 4 times the output of Plant B plus 3.5 times the output of "
        "Plant C. It must hold: 1 times the output of Plant A plus 2 times the output of Plant B plus 1 times the "
        "output of Plant C equals 20; 3 times the output of Plant A minus 1 times the output of Plant C is at most 5.",
        40.0,
    ),
    "labels before the rows": (
        "A shop makes chairs (x) and tables (y). The profit is 30x + 50y; maximize it. Wood: 4x + 9y <= 360. "
        "Labor: 3x + 5y <= 200. Also y <= 25.",
        2000.0,
    ),
    "a cone": (
        "Minimize the objective with coefficients 1.5 and 2, respectively, for x[0] and x[1]. The first row requires "
        "that 1 times x[0], plus 1 times x[1], minus t[0], equals 0. The second requires that 1 times x[0] plus u[0] "
        "equals 3, and the third that 1 times x[1] plus u[1] equals 4. All variables are free. A second-order cone "
        "asks that the sum of the squares of u[0] and u[1] is at most the square of t[0].",
        None,
    ),
}


@pytest.mark.parametrize("name", [name for name, (_, answer) in PROBLEMS.items() if answer is not None])
def test_algebra_is_read_to_its_optimum(name: str) -> None:
    text, answer = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [f for f in check(draft.document.formulation) if f.severity == "error"]
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options())
    assert solution.objective == pytest.approx(answer)
    assert draft.confidence >= 0.8


def test_the_side_of_a_cone_that_bounds_the_others_is_not_negative() -> None:
    draft = OfflineFormulator().formulate(PROBLEMS["a cone"][0])
    lower = {variable.name: variable.lower for variable in draft.document.formulation.variables}
    assert lower["t"] == "0"
    assert lower["x"] is None
    assert lower["u"] is None


def test_rows_are_one_indexed_constraint_with_their_sentences_as_sources() -> None:
    text, _ = PROBLEMS["factors in words"]
    draft = OfflineFormulator().formulate(text)
    names = [constraint.name for constraint in draft.document.formulation.constraints]
    assert names == ["balance", "limit"]
    span = draft.spans["limit"][0]
    assert text[span.start : span.end].startswith("3 times the output of Plant A")


def test_a_formula_replaces_the_words_that_it_restates() -> None:
    text = (
        "Minimize 2 x[0] + 3 x[1]. We need 1 x[0] + 1 x[1] = 2, and 2 x[0] + 1 x[1] - r[0] = 0. The square of r[0] is "
        "at most the sum of the squares of x[0] and x[1], expressed as x[0]^2 + x[1]^2 - r[0]^2 <= 0."
    )
    draft = OfflineFormulator().formulate(text)
    cones = [c.expression for c in draft.document.formulation.constraints if "**2" in c.expression]
    assert cones == ["x[0]**2 + x[1]**2 - r[0]**2 <= 0"]


def test_rows_that_are_only_mentioned_are_asked_for() -> None:
    text = (
        "Minimize 2.5 x[0] + 3 x[1]. We need 1 x[0] + 1 x[1] = 2 and 2 x[0] - 1 x[1] <= 4. Similar constraints with "
        "specific coefficients tie u[0], u[1] and t[0] to x. The sum of the squares of u[0] and u[1] is at most the "
        "square of t[0]."
    )
    with pytest.raises(FormulationRefused, match="not in the text"):
        OfflineFormulator().formulate(text)


@pytest.mark.parametrize(
    ("text", "terms", "right"),
    [
        ("2 x - 3 y <= 4", {"x": 2.0, "y": -3.0}, 4.0),
        ("x + y = -1.5e-2", {"x": 1.0, "y": 1.0}, -0.015),
        ("minus 2 times x plus 5 times y is at least 1,200", {"x": -2.0, "y": 5.0}, 1200.0),
    ],
)
def test_a_relation_is_read_as_factors_and_a_right_side(text: str, terms: dict[str, float], right: float) -> None:
    clear = plain(f"{text} and 1x + 1y >= 0")
    (first, *_) = Reader(clear, pieces(clear, named_variables(clear))).statements()
    assert {variable.group: factor for variable, factor in first.left.terms.items()} == terms
    assert first.right is not None
    assert first.right.constant == right
