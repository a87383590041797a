"""Small documents with known optima that between them use the whole language; what each target must refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from formulations.formulation import Document
from formulations.notation import parse_notation

FOLDER = Path(__file__).parent / "export_samples"


@dataclass(frozen=True)
class ExportSample:
    """``optimum`` None means that there is none, and solving ends with one of ``terminations``.

    ``refused`` gives, for a target, the term that its refusal names.
    """

    name: str
    optimum: float | None
    refused: Mapping[str, str] = field(default_factory=dict)
    terminations: tuple[str, ...] = ("optimal",)

    def document(self) -> Document:
        return parse_notation((FOLDER / f"{self.name}.opt").read_text(encoding="utf-8"))


PRODUCT_MIX = ExportSample("product_mix", 73)

SAMPLES = (
    PRODUCT_MIX,
    ExportSample("transport_over_a_set_of_pairs", 70),
    ExportSample("periods_with_indicators", 30),
    ExportSample("knapsack", 14),
    ExportSample("kinks_of_every_kind", -6.5, {"cvxpy": 'max(x["a"], x["b"])'}),
    ExportSample("indicators_with_equations_and_ranges", 16, {"cvxpy": "max(y[i] for i in I)"}),
    ExportSample("piecewise_cost", 13),
    ExportSample("piecewise_revenue_and_squares", 23.2, {"highspy": "x[p]**2"}),
    ExportSample("portfolio", 0.0175),
    ExportSample(
        "cone",
        7 / 2**0.5 + 1,
        dict.fromkeys(("highspy", "mathopt"), "sqrt(sum((x[d] - c[d])**2 for d in D))"),
    ),
    ExportSample(
        "integer_cone",
        (0.49 + 0.09 + 0.09) ** 0.5 + 1 + 2.56 + 0.36 + 0.36,
        dict.fromkeys(("highspy", "mathopt"), "sqrt(sum((x[i] - 1.3)**2 for i in I))"),
    ),
    ExportSample("box", 24, {"cvxpy": "2*a*b", "highspy": "2*a*b", "mathopt": "a*b*h"}),
    ExportSample("nonconvex_quadratic", 1.25, {"cvxpy": "x*y", "highspy": "x*y"}),
    # z stands on its own: z**4 + z**-2 is least at 2**(-1/6). SCIP and Clarabel agree on the rest.
    ExportSample(
        "convex_atoms",
        -4.464034855 - (2 ** (-4 / 6) + 2 ** (2 / 6)),
        {"highspy": "log(x[i])", "mathopt": "log(x[i])"},
    ),
    # SCIP and Ipopt agree on this optimum.
    ExportSample(
        "smooth_functions", 10.62434266, {"cvxpy": "x[1]*x[2]", "highspy": "exp(x[i])", "mathopt": "exp(x[i])"}
    ),
    # y is 1 by the band, hence the smaller x at most 1.
    ExportSample(
        "squares_of_minima_and_ranges_with_constants",
        2,
        {"cvxpy": "min(x[i] for i in I)**2", "highspy": "min(x[i] for i in I)**2"},
    ),
    ExportSample(
        "roots_in_rows_that_say_nothing_else",
        0.5,
        {"highspy": "sqrt(x - y + 1)", "mathopt": "sqrt(x - y + 1)"},
    ),
    ExportSample("products_with_binaries", 5, {"cvxpy": "y[p]*q[p]"}),
    ExportSample("words_in_order_and_absent_entries", 42.5),
    ExportSample("names_that_modules_use_themselves", 17),
    ExportSample("any_feasible_plan", 0),
    ExportSample("infeasible_by_an_empty_sum", None, terminations=("infeasible", "infeasible_or_unbounded")),
    ExportSample("unbounded", None, terminations=("unbounded", "infeasible_or_unbounded")),
)
