"""Exported sources run as processes of their own and find the known optimum at points the expressions confirm."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from document_strategies import documents
from export_runs import result, run_sources
from export_samples import PRODUCT_MIX, SAMPLES, ExportSample
from hypothesis import HealthCheck, given, settings

from formulations.data import DataError, bind
from formulations.evaluate import evaluate
from formulations.exports import EXPORTS, ExportRefused, cvxpy_vectors
from formulations.formulation import Document
from formulations.ground import ground, values_by_variable
from formulations.notation import parse_notation

TARGETS = ("pyomo", "cvxpy", "highspy", "mathopt")
CASES = [(sample, target) for sample in SAMPLES for target in TARGETS if target not in sample.refused]
REFUSALS = [(sample, target) for sample in SAMPLES for target in sample.refused]


def source(sample: ExportSample, target: str) -> str:
    text = EXPORTS[target].export(sample.document())
    assert isinstance(text, str)
    return text


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """What each source printed. One process for each target: starting it is most of the time."""
    folder = tmp_path_factory.mktemp("sources")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for target in TARGETS:
        sources = {f"{sample.name}_{target}": source(sample, target) for sample, own in CASES if own == target}
        for name, answer in run_sources(sources, folder).items():
            found[name.removesuffix(f"_{target}"), target] = answer
    return found


@pytest.mark.parametrize(("sample", "target"), CASES, ids=[f"{s.name}-{t}" for s, t in CASES])
def test_a_source_finds_the_known_optimum(
    sample: ExportSample, target: str, answers: dict[tuple[str, str], dict[str, Any]]
) -> None:
    found = result(answers[sample.name, target])
    assert found["termination"] in sample.terminations
    if sample.optimum is None:
        assert found["objective"] is None
        assert found["values"] == {}
        return
    assert found["objective"] == pytest.approx(sample.optimum, rel=1e-6, abs=1e-6)
    document = sample.document()
    instance = bind(document.formulation, document.data)
    labels = list(ground(instance).columns)
    assert set(found["values"]) == set(labels)
    point = np.array([found["values"][name] for name in labels])
    evaluation = evaluate(instance, values_by_variable(instance, point))
    assert evaluation.max_violation <= 1e-5
    if evaluation.objective is not None:
        assert evaluation.objective == pytest.approx(sample.optimum, rel=1e-5, abs=1e-5)


def test_large_formulations_are_written_with_vectors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cvxpy_vectors, "MANY", 0)
    samples = {sample.name: sample for sample in SAMPLES if "cvxpy" not in sample.refused}
    sources = {name: source(sample, "cvxpy") for name, sample in samples.items()}
    assert "dot(make, [(p, price[p]) for p in Pizza])" in sources["product_mix"]
    assert 'pick(make, [p for p in Pizza if p != "large"]) >= 2' in sources["product_mix"]
    for name, answer in run_sources(sources, tmp_path).items():
        objective = result(answer)["objective"]
        optimum = samples[name].optimum
        assert objective == (None if optimum is None else pytest.approx(optimum, rel=1e-6, abs=1e-6)), name


@pytest.mark.parametrize(("sample", "target"), REFUSALS, ids=[f"{s.name}-{t}" for s, t in REFUSALS])
def test_a_refusal_names_the_element_the_term_and_a_way_out(sample: ExportSample, target: str) -> None:
    with pytest.raises(ExportRefused) as refusal:
        source(sample, target)
    assert refusal.value.term == sample.refused[target]
    assert refusal.value.element.split(" ")[0] in ("objective", "constraint")
    assert refusal.value.reason
    assert refusal.value.hint


@pytest.mark.parametrize("target", TARGETS)
def test_a_source_runs_alone_and_prints_the_plan_for_people(target: str, tmp_path: Path) -> None:
    file = tmp_path / "bakery.py"
    file.write_text(source(PRODUCT_MIX, target), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(file)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "termination: optimal"
    assert float(lines[1].removeprefix("objective = ")) == pytest.approx(73)
    assert lines[2:] == ["make['large'] = 7", "make['medium'] = 2"]


@pytest.mark.parametrize(("sample", "target"), CASES, ids=[f"{s.name}-{t}" for s, t in CASES])
def test_a_source_is_tidy(sample: ExportSample, target: str) -> None:
    text = source(sample, target)
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    imported = [
        (alias.asname or alias.name).split(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert set(imported) <= used
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert all(ast.get_docstring(node) for node in functions)
    called = used | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {node.name for node in functions} <= called
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert text.endswith("main()\n")


def test_the_source_reads_like_the_formulation() -> None:
    text = source(PRODUCT_MIX, "pyomo")
    for line in (
        "    # dough for one pizza [kg/pizza]",
        '    "dough": {"large": 12, "medium": 8},',
        '    model.price = pyo.Param(model.Pizza, initialize=data["price"], default=5.0)',
        "    model.make = pyo.Var(model.Pizza, domain=pyo.NonNegativeIntegers, bounds=(None, 100))",
        "        expr=sum(model.dough[p] * model.make[p] for p in model.Pizza) <= model.dough_stock",
        "    def popular(model, p):",
        '        if p == "large":',
        "        return model.make[p] >= 2",
    ):
        assert line in text.splitlines()


# -- what cannot be exported --------------------------------------------------------------------------------------

MODEL = """
set I
parameter c[I]
variable x[I] {bounds}
minimize cost: {objective}
constraint row: {row}
data
set I = a, b
parameter c = a: 1, b: -2
"""


def small(*, bounds: str = ">= 0 <= 9", objective: str = 'x["a"]', row: str = 'x["a"] >= 1') -> Document:
    return parse_notation(MODEL.format(bounds=bounds, objective=objective, row=row))


@pytest.mark.parametrize(
    ("target", "document", "term", "reason"),
    [
        ("highspy", small(bounds=">= 0", row='abs(x["a"] - 3) >= 1'), 'x["a"] - 3', "no upper bound"),
        ("pyomo", small(bounds="<= 4", row='max(x[i] for i in I) >= 1'), "x[i]", "no lower bound"),
        ("highspy", small(objective='x["a"]*x["b"]'), 'x["a"]*x["b"]', "not linear"),
        ("mathopt", small(row='x["a"]*x["b"]*x["b"] >= 1'), 'x["a"]*x["b"]*x["b"]', "more than two"),
        ("mathopt", small(row='abs(x["a"]**2 - 4) >= 1'), 'x["a"]**2 - 4', "not linear"),
        ("pyomo", small(row='x["a"]**x["b"] <= 8'), 'x["a"]**x["b"]', "lower bound is above 0"),
        ("cvxpy", small(bounds=">= -3 <= 9", row='x["a"]**2 >= 4'), 'x["a"]**2', "convex where a concave one"),
        ("cvxpy", small(row='sqrt(x["a"]) == 2'), 'sqrt(x["a"])', "concave where an affine one"),
        ("cvxpy", small(objective="sum(c[i]*x[i]**2 for i in I)"), "x[i]**2", "convex where an affine one"),
        ("cvxpy", small(objective='sin(x["a"])'), 'sin(x["a"])', "neither convex nor concave"),
        ("cvxpy", small(bounds=">= -1 <= 9", objective='1/x["a"]'), '1/x["a"]', "not negative"),
        ("cvxpy", small(bounds=">= -1 <= 9", objective='x["a"]**3'), 'x["a"]**3', "not negative"),
        ("cvxpy", small(objective='x["a"]**x["b"]'), 'x["a"]**x["b"]', "exponent is not one number"),
        ("cvxpy", small(objective='c["b"]**x["a"]'), 'c["b"]**x["a"]', "not positive"),
        ("cvxpy", small(objective="prod(x[i] for i in I)"), "prod(x[i] for i in I)", "no convex atom"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(target: str, document: Document, term: str, reason: str) -> None:
    with pytest.raises(ExportRefused) as refusal:
        EXPORTS[target].export(document)
    assert refusal.value.term == term
    assert reason in refusal.value.reason


@pytest.mark.parametrize("target", TARGETS)
def test_missing_data_are_listed(target: str) -> None:
    document = small()
    without = document.model_copy(update={"data": document.data.model_copy(update={"parameters": {}})})
    with pytest.raises(DataError, match="parameter 'c'"):
        EXPORTS[target].export(without)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("row", "reason"),
    [("2x >= 1", "stands directly after a number"), ('x["a"] + y >= 1', "'y' is not"), ('x["z"] >= 1', "outside")],
)
def test_mistakes_are_refused_in_the_words_of_the_formulation(target: str, row: str, reason: str) -> None:
    document = small()
    broken = document.formulation.constraints[0].model_copy(update={"expression": row})
    formulation = document.formulation.model_copy(update={"constraints": (broken,)})
    with pytest.raises(ExportRefused, match=reason) as refusal:
        EXPORTS[target].export(document.model_copy(update={"formulation": formulation}))
    assert refusal.value.element == "constraint 'row'"


def attempt(target: str, document: Document) -> str | ExportRefused | DataError:
    """What the export returns or raises."""
    try:
        text = EXPORTS[target].export(document)
    except (ExportRefused, DataError) as refusal:
        return refusal
    assert isinstance(text, str)
    return text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents)
def test_any_document_is_exported_or_refused_in_words(document: Document) -> None:
    for target in (*TARGETS, "notebook"):
        assert str(attempt(target, document))


ODD = [
    "I <= 1",
    "x <= 1",
    'x[i]*"a" <= 1',
    'x["a"] <= first(I)',
    "card(x) <= 1",
    "x[I] <= 1",
    "prev(x) <= 1",
    "i <= 3",
    'x <= "a"',
    'x[x["a"]] <= 1',
    "i in I",
    "sum(x[q] for q in I if x[q] > 0) <= 1",
    "sum(q for q in I) <= 1",
    "1 <= 2",
    "2 <= 1",
    '0*x["a"] <= 1',
    'x["a"] - x["a"] <= 1',
    'max(x[q] for q in I if q == "z") <= 1',
    'x["a"] < 3',
    'x["a"] != 3',
    'x["a"] <= 1/0',
    'x["a"]**500 <= 1',
    "log(0) <= 1",
    'exp(800)*x["a"] <= 1',
    'x["a"] <= 3 >= x["b"]',
    'x["a"] <= c["a"] <= 5',
    'abs(0*x["a"]) >= 1',
    "sum(2 for q in I) <= 5",
    'piecewise(x["a"], [(q, q) for q in I]) <= 1',
    'not x["a"]',
    'x["a"] == 1 and x["b"] == 2',
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("field", ["expression", "for_each", "when"])
def test_odd_expressions_are_written_or_refused_in_words(field: str, text: str) -> None:
    document = small()
    changed = {field: f"i in I if {text}" if field == "for_each" else text}
    constraint = document.formulation.constraints[0].model_copy(update=changed)
    formulation = document.formulation.model_copy(update={"constraints": (constraint,)})
    for target in TARGETS:
        outcome = attempt(target, document.model_copy(update={"formulation": formulation}))
        if isinstance(outcome, ExportRefused):
            assert outcome.element.startswith("constraint 'row'")
            assert outcome.reason
        else:
            ast.parse(str(outcome))
