"""The optimal value of a document, as tests of the embedded formulator ask for it."""

from __future__ import annotations

from formulations.data import bind
from formulations.formulation import Document
from solvers.dispatch import solve_instance
from solvers.solver import Options


def optimum(document: Document) -> float | None:
    """The value of the best plan found within half a minute, or None without one."""
    return solve_instance(bind(document.formulation, document.data), Options(time_limit=30)).objective
