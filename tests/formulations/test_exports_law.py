"""Whatever is written in the language, a source that is exported finds what enumerating all points finds."""

from __future__ import annotations

import itertools
import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from export_runs import result, run_sources

from formulations.data import Instance, bind
from formulations.evaluate import evaluate
from formulations.exports import EXPORTS, ExportRefused
from formulations.formulation import Document
from formulations.ground import GroundingError, ground
from formulations.notation import parse_notation

DOCUMENTS = 30
POINTS = np.array(list(itertools.product(range(4), range(4), range(2), range(2), range(3))), float)
#: Two expressions, a number, an index, and a variable, as {0} to {4}.
SHAPES = (
    "({0} + {1})",
    "({0} - {1})",
    "-({0})",
    "{2}*({0})",
    "abs({0})",
    "max({0}, {1})",
    "min({0}, {1})",
    "y[{3}]*({0})",
    "({0})**2",
    "({0})*({1})",
    "piecewise({4}, [(a[q], b[q]) for q in Q])",
)


class Writer:
    """Random formulations over two integer, two binary and one more integer variable."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def data(self, index: str) -> str:
        return self.random.choice(
            [f"c[{index}]", "p", str(self.random.randint(0, 3)), f"(c[{index}] - p)", "-d", index]
        )

    def variable(self, index: str) -> str:
        return self.random.choice([f"x[{index}]", f"x[{index}]", f"y[{index}]", "z"])

    def leaf(self, index: str) -> str:
        kinds = ["{0}", "{0}", "{1}*{0}", "{0}/2", "{1}"]
        return self.random.choice(kinds).format(self.variable(index), self.data(index))

    def expression(self, depth: int, indices: list[str]) -> str:
        index = self.random.choice(indices)
        if depth == 0:
            return self.leaf(index)
        free = [name for name in "ijk" if name not in indices]
        if free and self.random.random() < 0.15:
            return self.aggregate(depth, indices, free[0])
        shape = self.random.choice(SHAPES)
        parts = (self.expression(depth - 1, indices) for _ in range(2))
        return shape.format(*parts, self.data(index), index, self.variable(index))

    def aggregate(self, depth: int, indices: list[str], name: str) -> str:
        function = self.random.choice(["sum", "sum", "max", "min"])
        condition = self.random.choice(["", f" if {name} != 1"]) if function == "sum" else ""
        return f"{function}({self.expression(depth - 1, [*indices, name])} for {name} in I{condition})"

    def constraint(self, number: int) -> str:
        looped = self.random.random() < 0.5
        indices = ["i"] if looped else ["1", "2"]
        head = f"constraint r{number}"
        if looped:
            head += " for i in I" + self.random.choice(["", " if i != 2"])
        if self.random.random() < 0.3:
            head += f" when y[{indices[0]}] == {self.random.randint(0, 1)}"
        body = f"{self.expression(self.random.randint(0, 2), indices)} + {self.variable(indices[0])}"
        if self.random.random() < 0.2:
            return f"{head}: {self.random.randint(-2, 1)} <= {body} <= {self.random.randint(2, 6)}"
        comparison = self.random.choice(["<=", ">=", "<=", ">=", "=="])
        return f"{head}: {body} {comparison} {self.expression(self.random.randint(0, 1), indices)}"

    def document(self) -> Document:
        number = self.random.randint
        lines = [
            "set I",
            "set Q",
            "parameter c[I]",
            "parameter p",
            "parameter d",
            "parameter a[Q]",
            "parameter b[Q]",
            "variable x[I] integer >= 0 <= 3",
            "variable y[I] binary",
            "variable z integer >= 0 <= 2",
            f"{self.random.choice(['minimize', 'maximize'])} o: {self.expression(number(1, 3), ['1', '2'])}",
            *(self.constraint(k) for k in range(number(1, 3))),
            "data",
            "set I = 1, 2",
            "set Q = 0..2",
            f"parameter c = 1: {number(-2, 3)}, 2: {number(-2, 3)}",
            f"parameter p = {number(0, 3)}",
            f"parameter d = {number(0, 2)}",
            "parameter a = 0: 0, 1: 1, 2: 3",
            f"parameter b = 0: {number(0, 3)}, 1: {number(0, 3)}, 2: {number(0, 3)}",
        ]
        return parse_notation("\n".join(lines))


def enumerated(instance: Instance) -> float | None:
    """The best objective over all points, None if none is feasible."""
    found = [evaluate(instance, {"x": p[:2], "y": p[2:4], "z": np.array(p[4])}) for p in POINTS]
    values = [e.objective for e in found if e.max_violation <= 1e-9 and e.objective is not None]
    objective = instance.formulation.objective
    assert objective is not None
    best = min if objective.sense == "minimize" else max
    return best(values, default=None)


@cache
def samples() -> dict[str, tuple[Document, float | None]]:
    writer = Writer(seed=11)
    found: dict[str, tuple[Document, float | None]] = {}
    while len(found) < DOCUMENTS:
        document = writer.document()
        instance = bind(document.formulation, document.data)
        try:
            ground(instance)
        except GroundingError:
            continue
        found[f"f{len(found)}"] = (document, enumerated(instance))
    return found


@pytest.mark.parametrize(("target", "fewest"), [("pyomo", 30), ("highspy", 15), ("mathopt", 18), ("cvxpy", 4)])
def test_a_source_finds_what_enumeration_finds(target: str, fewest: int, tmp_path: Path) -> None:
    sources = {}
    for name, (document, _) in samples().items():
        try:
            text = EXPORTS[target].export(document)
        except ExportRefused:
            continue
        assert isinstance(text, str)
        sources[name] = text
    assert len(sources) >= fewest
    for name, answer in run_sources(sources, tmp_path).items():
        best, found = samples()[name][1], result(answer)
        if best is None:
            assert found["termination"] in ("infeasible", "infeasible_or_unbounded"), name
        else:
            assert found["objective"] == pytest.approx(best, rel=1e-5, abs=1e-5), name
