"""Everything that is wrong with a formulation is told at once, with its place and what to do."""

from __future__ import annotations

import json

import pytest
from document_strategies import documents
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.check import Finding, check, finding_dict, render, render_all
from formulations.formulation import Constraint, Document, Formulation, Objective, Parameter, Set, Variable
from formulations.notation import parse_notation

HEAD = """
set I
set J
set Arcs within I * J
set Some within I
parameter cap[J]
parameter cost[I, J]
parameter length[Arcs]
parameter limit
parameter big
variable x[i in I, j in J] >= 0
variable y[J] binary
variable z >= 0
variable n[Some] integer >= 0
"""
#: Uses every name, so that only what a test adds is found.
TAIL = """
minimize total: sum(cost[i, j]*x[i, j] for i in I for j in J) + limit + big + z + sum(n[i] for i in Some)
constraint keep: sum(length[i, j]*x[i, j] for i, j in Arcs) + sum(cap[j]*y[j] for j in J) <= 3
"""
DATA = """
data
set I = a, b
set J = c, d
set Arcs = (a, c)
set Some = a
parameter big = 100000
parameter limit = 7
"""


def findings(statement: str, *, data: str = "") -> list[Finding]:
    document = parse_notation(HEAD + statement + TAIL + data)
    return list(check(document.formulation, document.data if data else None))


def test_a_sound_formulation_has_no_findings() -> None:
    assert findings("") == []
    assert findings("", data=DATA) == []


FINE = [
    "constraint c for j in J: sum(x[i, j] for i in I) <= cap[j]",
    "constraint c for i, j in Arcs: x[i, j] <= length[i, j]",
    "constraint c for i in Some: n[i] + sum(x[i, j] for j in J) <= 3",
    'constraint c for i in I if i != "a" and (i, "c") in Arcs: x[i, "c"] <= 3',
    "constraint c for i in I for j in J if (i, j) not in Arcs or i in Some: x[i, j] == 0",
    "constraint c: x[first(I), last(J)] <= card(Arcs)",
    "constraint c for i in I if i != first(I) for j in J: x[prev(i), j] <= x[i, j]",
    "constraint c for j in J when y[j] == 1: sum(x[i, j] for i in I) >= 3",
    "constraint c: 0 <= z <= max(limit, 3)",
    "constraint c: abs(z - 3) <= max(x[i, j] for i in I for j in J)",
    "constraint c: piecewise(z, [(cap[j], cap[j]) for j in J]) <= 3",
    "variable w[j in J] >= -cap[j] <= cap[j]\nconstraint c: sum(w[j] for j in J) <= 3",
    "variable w[J] <= cap\nconstraint c: sum(w[j] for j in J) <= 3",
    "constraint c: z >= 1000000",
    "constraint c for j in J: 1000000*y[j] <= 2000000",
    "constraint c: z <= 500*y[first(J)]",
    'variable w >= 0 "number of hours worked"\nconstraint c: w <= 3',
    'variable w >= 0 in kg "flour for boxes"\nconstraint c: w <= 3',
    'variable w integer >= 0 "number of trucks"\nconstraint c: w <= 3',
    "constraint c: cost[first(I), first(J)]*z/2 <= 3**2*z",
]


@pytest.mark.parametrize("statement", FINE)
def test_what_makes_sense_is_not_complained_about(statement: str) -> None:
    assert findings(statement) == []
    assert findings(statement, data=DATA) == []


# The statement; then code, text from the caret on, and words of reason or hint, for every finding.
TOLD = [
    ("constraint c: x[i, j] <= 2x", [("syntax", "x", "write 2*x")]),
    ("constraint c for i inn I: z <= 3", [("syntax", "inn", "operator is missing")]),
    ("variable w[i of I] <= 3\nconstraint c: w[first(I)] <= 3", [("syntax", "of", "operator is missing")]),
    ("variable w >= 3^2\nconstraint c: w <= 3", [("syntax", "^2", "write **")]),
    ("parameter limit", [("duplicate-name", "", "taken by parameters[3] 'limit'")]),
    ("constraint total: z <= 3", [("duplicate-name", "", "taken by objective 'total'")]),
    ("parameter max\nconstraint c: z <= 3", [("reserved-name", "", "max_value"), ("unused-parameter", "", "")]),
    ("parameter lambda", [("reserved-name", "", "lambda_value"), ("unused-parameter", "", "")]),
    ("constraint c: z <= limt", [("unknown-symbol", "limt", "did you mean 'limit'?")]),
    ("constraint c: z <= Limit", [("unknown-symbol", "Limit", "did you mean 'limit'?")]),
    ("constraint c: z <= budget", [("unknown-symbol", "budget", "declare it")]),
    ("constraint c: z <= budget[3]", [("unknown-symbol", "budget[3]", "declare it")]),
    ("constraint c: z <= total", [("unknown-symbol", "total", "name of the objective")]),
    ("constraint c: z <= inf", [("unknown-symbol", "inf", "leave the bound out")]),
    ("constraint c for j in J: z <= cap[j, j]", [("arity", "cap", "needs 1 index, not 2")]),
    ("constraint c for j in J: z <= cap", [("arity", "cap", "write cap[j]")]),
    ("constraint c for i in I: x[i] <= 3", [("arity", "x[i]", "write x[i, j] with j in J")]),
    ("constraint c for i in I: z[i] <= 3", [("arity", "z[i]", "'z' has no index")]),
    ("constraint c for j in J: sum(x[i, k] for i in I) <= cap[j]", [("unbound-index", "k] for", "(bound here: i, j)")]),
    ("constraint c: sum(x[i, j] for i in I) <= 3", [("unbound-index", "j] for", "(bound here: i)")]),
    ("constraint c: cap[k]*z <= 3", [("unbound-index", "k]", "(nothing is bound here)")]),
    ("constraint c: z <= i", [("unbound-index", "i", "index 'i' is not bound")]),
    ("variable w[j in J] <= cap[k]\nconstraint c: w[first(J)] <= 3", [("unbound-index", "k]", "in the declaration")]),
    ("constraint c for i in I: sum(x[i, j] for i in I for j in J) <= 3", [("rebound-index", "i in I for j", "twice")]),
    ("constraint c for z in I: 3*z <= z", [("shadowing-index", "z in I", "name of a declared")]),
    ("constraint c for j in I: x[j, j] <= 3", [("foreign-index", "j] <=", "declare: set I within J")]),
    ("constraint c for j in J: n[j] <= 3", [("foreign-index", "j] <=", "indexed by 'Some'")]),
    ("constraint c for i in K: z <= 3", [("unknown-set", "i in K", "declare it: set K")]),
    ("constraint c for i in Arc: z <= 3", [("unknown-set", "i in Arc", "did you mean 'Arcs'?")]),
    ("constraint c for i in cap: z <= 3", [("unknown-set", "i in cap", "is a parameter, not a set")]),
    ("set K within L\nconstraint c: z <= card(K)", [("unknown-set", "", "unknown set 'L'")]),
    ("set K within K\nconstraint c: z <= card(K)", [("circular-set", "", "circle")]),
    ("parameter p[K]\nconstraint c: z <= p[first(I)]", [("unknown-set", "", "unknown set 'K'")]),
    ("constraint c for i in Arcs: z <= 3", [("arity", "i in Arcs", "write i, j in Arcs")]),
    ("constraint c for i, j in I: z <= 3", [("arity", "i, j in I", "write i in I")]),
    ("constraint c for i in I if i in Arcs: z <= 3", [("arity", "i in Arcs", "2 parts, not 1")]),
    ("constraint c: z <= J", [("set-as-number", "J", "write card(J)")]),
    ("constraint c: z <= J[1]", [("set-as-number", "J[1]", "first(J)")]),
    ("constraint c: sum(x[I, j] for j in J) <= 3", [("set-as-index", "I, j", "for i in I")]),
    ("constraint c: z <= card(limit)", [("unknown-set", "limit", "is a parameter")]),
    ("constraint c: x[prev(I), first(J)] <= 3", [("step-of-index", "I)", "needs a bound index")]),
    ("constraint c for j in J if y[j] == 1: z <= 3", [("variable-not-allowed", "y[j]", "in a condition")]),
    ("constraint c: sum(z for j in J if z <= 3) <= 3", [("variable-not-allowed", "z <= 3)", "in a condition")]),
    ("variable w <= 2*z\nconstraint c: w <= 3", [("variable-not-allowed", "z", "in a bound")]),
    ("constraint c for i in I: x[i, z] <= 3", [("variable-not-allowed", "z]", "in an index")]),
    ("constraint c: piecewise(z, [(z, cap[j]) for j in J]) <= 3", [("variable-not-allowed", "z, cap", "a breakpoint")]),
    ('constraint c: z <= "a"', [("text-as-number", '"a"', "stands where a number is needed")]),
    ('constraint c for i in I if limit == "a": z <= 3', [("text-as-number", '"a"', "a member in quotes")]),
    ("variable w", [("unused-variable", "", "never used")]),
    ("set K", [("unused-set", "", "never used")]),
    ("parameter p", [("unused-parameter", "", "a number that matters")]),
    ("constraint c: z", [("no-comparison", "z", "EXPRESSION <= EXPRESSION")]),
    ("constraint c: z <= 3 and z >= 1", [("no-comparison", "z <=", "write two constraints")]),
    ("constraint c: z <= 3 or z >= 5", [("no-comparison", "z <=", "binary variable")]),
    ("constraint c: z < 3", [("strict", "z <", "write <=")]),
    ("constraint c: z > 3", [("strict", "z >", "write >=")]),
    ("constraint c: z != 3", [("strict", "z !=", "binary variable")]),
    ("constraint c: limit <= 3", [("no-variable", "limit", "does not depend on any variable")]),
    ("constraint c: z*z <= 3", [("nonlinear", "z*z", "z*z multiplies variables")]),
    ("constraint c: 3/z <= 3", [("nonlinear", "3/z", "divides by a variable")]),
    ("constraint c: z**2 <= 3", [("nonlinear", "z**2", "power of a variable")]),
    ("constraint c: 2**z <= 3", [("nonlinear", "2**z", "power of a variable")]),
    ("constraint c: exp(z) <= 3", [("nonlinear", "exp(z)", "takes exp of a variable")]),
    ("constraint c: prod(x[i, j] for i, j in Arcs) <= 3", [("nonlinear", "prod", "multiplies variables")]),
    ("constraint c: sum((z + 1)*x[i, j] for i, j in Arcs) <= 3", [("nonlinear", "(z + 1)*x", "multiplies")]),
    ('variable w >= 0 "number of trucks"\nconstraint c: w <= 3', [("maybe-integer", "", "counts trucks")]),
    ('variable w >= 0 "how many of each"\nconstraint c: w <= 3', [("maybe-integer", "", "counts things")]),
    ('variable w >= 0 in people\nconstraint c: w <= 3', [("maybe-integer", "", "counts people")]),
    ('variable w >= 0 "workers hired"\nconstraint c: w <= 3', [("maybe-integer", "", "counts workers")]),
    ('variable w >= 0 "how many chairs to make"\nconstraint c: w <= 3', [("maybe-integer", "", "counts chairs")]),
    ("constraint c for j in J: z <= 1e6*y[j]", [("big-m", "1e6", "write the constraint with 'when'")]),
    ("constraint c for j in J: z - 100000*(1 - y[j]) <= 3", [("big-m", "100000", "very large factor")]),
    ("variable w >= 5 <= 3\nconstraint c: w <= 3", [("bounds-cross", "3", "lower bound 5 is above")]),
    ("variable w >= -3 <= -5\nconstraint c: w <= 3", [("bounds-cross", "-5", "lower bound -3 is above")]),
    ("variable w >= `a <= 3`\nconstraint c: w <= 3", [("comparison-in-bound", "a <=", "not a comparison")]),
    ("constraint c when z == 1: z <= 3", [("when-form", "z == 1", "'z' is continuous")]),
    ("constraint c when limit == 1: z <= 3", [("when-form", "limit", "after 'if'")]),
    ("constraint c for j in J when y[j] == 2: z <= 3", [("when-form", "y[j]", "equals 0 or 1")]),
    ("constraint c for j in J when y[j] >= 1: z <= 3", [("when-form", "y[j]", "equals 0 or 1")]),
    ("constraint c when y[k] == 1: z <= 3", [("unbound-index", "k]", "index 'k'")]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), TOLD)
def test_a_mistake_is_told_with_its_place(statement: str, expected: list[tuple[str, str, str]]) -> None:
    found = findings(statement)
    assert [finding.code for finding in found] == [code for code, _, _ in expected]
    for finding, (_, caret, words) in zip(found, expected, strict=True):
        assert finding.text[finding.column :].startswith(caret)
        assert words in f"{finding.reason} {finding.hint}"


WITH_DATA = [
    ('constraint c: x["a", "e"] <= 3', "unknown-member", '"e"', "members are c, d"),
    ('constraint c for i in I if i != "A": sum(x[i, j] for j in J) <= 3', "unknown-member", '"A"', "did you mean 'a'?"),
    ("constraint c: x[1, first(J)] <= 3", "unknown-member", "1,", "1 is not a member of 'I'"),
    ("constraint c for j in J: x[a, j] <= 3", "unbound-index", "a,", 'put a member in quotes: "a"'),
    ("constraint c for i in I for j in J: x[i, j] <= 3*i", "index-as-number", "i", "members of 'I' are words"),
    ("constraint c for i in I for j in J: x[i - 1, j] <= 3", "index-as-number", "i - 1", "prev(i)"),
    ("constraint c for j in J: z <= big*y[j]", "big-m", "big", "'when'"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "code", "caret", "words"), WITH_DATA)
def test_data_show_more_mistakes(statement: str, code: str, caret: str, words: str) -> None:
    assert code not in [finding.code for finding in findings(statement) if code != "unbound-index"]
    (finding,) = findings(statement, data=DATA)
    assert finding.code == code
    assert finding.text[finding.column :].startswith(caret)
    assert words in f"{finding.reason} {finding.hint}"


def test_data_for_unknown_names_are_told() -> None:
    found = findings("", data=f"{DATA}set K = a\nparameter limits = 3\n")
    assert [(finding.code, finding.element) for finding in found] == [
        ("unknown-data", "data 'K'"),
        ("unknown-data", "data 'limits'"),
    ]
    assert "did you mean 'limit'?" in found[1].hint


def test_a_foreign_index_whose_members_all_belong_there_is_fine() -> None:
    text = "set I\nset K\nvariable x[I]\nminimize z: sum(x[k] for k in K)\nconstraint c for k in K: x[k] <= 3\n"
    declared = parse_notation(text).formulation
    assert [finding.code for finding in check(declared)] == ["foreign-index", "foreign-index"]
    whole = parse_notation(f"{text}data\nset I = a, b\nset K = b")
    assert check(whole.formulation, whole.data) == ()


OBJECTIVES = [
    ("objective total: z", ["no-sense"]),
    ("minimize total: z <= 3", ["comparison-in-objective"]),
    ("minimize total: 3", ["no-variable"]),
    ("minimize total: z**2", ["nonlinear"]),
    ("minimize total: cost[i, j]*z", ["unbound-index", "unbound-index"]),
    ("", ["no-objective"]),
]


@pytest.mark.parametrize(("objective", "codes"), OBJECTIVES)
def test_the_objective_is_checked(objective: str, codes: list[str]) -> None:
    text = "set I\nparameter cost[I, I]\nvariable z >= 0\nconstraint c: sum(cost[i, i] for i in I) <= z\n"
    assert [finding.code for finding in check(parse_notation(text + objective).formulation)] == codes


def test_an_empty_formulation_says_what_is_missing() -> None:
    assert [finding.code for finding in check(Formulation())] == ["no-variables", "no-constraints", "no-objective"]


def test_everything_is_told_at_once_and_errors_come_first() -> None:
    formulation = Formulation(
        sets=(Set(name="I"),),
        parameters=(Parameter(name="spare"),),
        variables=(Variable(name="x", indices=("I",), description="number of trucks"),),
        objective=Objective(name="cost", expression="sum(x[i]^2 for i in I)"),
        constraints=(
            Constraint(name="first", expression="x[j] < 3", for_each="i in I"),
            Constraint(name="second", expression="x[i] ≤ 3", for_each="i in I"),
            Constraint(name="third", expression="x[i]*x[i] <= 3", for_each="i in K"),
        ),
    )
    found = check(formulation)
    assert [(finding.severity, finding.code, finding.element) for finding in found] == [
        ("error", "syntax", "objective 'cost'"),
        ("error", "no-sense", "objective 'cost'"),
        ("error", "strict", "constraints[0] 'first'"),
        ("error", "unbound-index", "constraints[0] 'first'"),
        ("error", "syntax", "constraints[1] 'second'"),
        ("error", "unknown-set", "constraints[2] 'third'"),
        ("warning", "unused-parameter", "parameters[0] 'spare'"),
        ("warning", "maybe-integer", "variables[0] 'x'"),
        ("info", "nonlinear", "constraints[2] 'third'"),
    ]


def test_a_finding_renders_as_place_text_caret_and_hint() -> None:
    formulation = Formulation(
        sets=(Set(name="I"), Set(name="J"), Set(name="K")),
        parameters=(Parameter(name="cap", indices=("J",)),),
        variables=(Variable(name="x", indices=("I", "K")),),
        constraints=(
            Constraint(name="a", expression="x[i, k] >= 0", for_each="i in I for k in K"),
            Constraint(name="b", expression="x[i, k] >= 0", for_each="i in I for k in K"),
            Constraint(name="capacity", expression="sum(x[i, k] for i in I) <= cap[j]", for_each="j in J"),
        ),
    )
    assert render(check(formulation)[0]) == (
        "constraints[2] 'capacity': index 'k' is not bound\n"
        "  sum(x[i, k] for i in I) <= cap[j]\n"
        "           ^\n"
        "  hint: bind it in the sum or in for_each (bound here: i, j)"
    )


def test_warnings_and_notes_say_that_they_are() -> None:
    found = findings("parameter p\nconstraint c: z*z <= 3")
    assert render_all(found) == (
        "warning: parameters[5] 'p': the parameter is never used\n"
        "  hint: use it or remove it: a number that matters may be missing from a constraint\n"
        "note: constraints[0] 'c': the problem is nonlinear: z*z multiplies variables\n"
        "  z*z <= 3\n"
        "  ^\n"
        "  hint: keep it if it is meant; a linear form solves faster and to a proved optimum"
    )


def test_a_finding_is_plain_json() -> None:
    (finding,) = findings("constraint c: z <= limt")
    read = json.loads(json.dumps(finding_dict(finding)))
    assert read == {
        "severity": "error",
        "code": "unknown-symbol",
        "element": "constraints[0] 'c'",
        "reason": "unknown symbol 'limt'",
        "text": "z <= limt",
        "column": 5,
        "hint": "did you mean 'limit'?",
        "name": "c",
        "part": "expression",
        "message": render(finding),
    }


def test_an_unreadable_text_hides_no_use_and_invents_no_mistake() -> None:
    text = "set I\nset J\nparameter p\nvariable x[I]\nminimize z: sum(x[i] for i in I) +\n"
    found = check(parse_notation(f"{text}constraint c for j inn J: x[j] <= p").formulation)
    assert [finding.code for finding in found] == ["syntax", "syntax"]


@given(documents)
@settings(max_examples=200, deadline=None)
def test_any_document_can_be_checked(document: Document) -> None:
    for data in (None, document.data):
        for finding in check(document.formulation, data):
            assert finding.reason
            assert 0 <= finding.column <= len(finding.text)
            assert render(finding)


PIECES = ["x", "y[i]", "cost[i, j]", "I", "J", "i", "j", "3", "1e6", '"a"', "sum(x for i in I if i != 1)", "z", "limt"]
UNITS = ["", "kg", "g", "kg/pizza", "1000 t**9", "%", "??"]


@st.composite
def plausible(draw: st.DrawFn) -> Document:
    """Formulations out of pieces that fit now and then."""

    def expression() -> str:
        parts = [draw(st.sampled_from(PIECES)) for _ in range(draw(st.integers(1, 4)))]
        return draw(st.sampled_from([" + ", "*", "/", "**9*", " <= ", " - ", " == "])).join(parts)

    indices = st.lists(st.sampled_from(["I", "j in J", "i in I", "i, j in A"]), max_size=2).map(tuple)
    units = st.sampled_from(UNITS)
    return Document(
        formulation=Formulation(
            sets=(Set(name="I"), Set(name="J"), Set(name="A", within=("I", "J"))),
            parameters=(Parameter(name="cost", indices=("I", "J"), unit=draw(units)),),
            variables=tuple(
                Variable(
                    name=name,
                    indices=draw(indices),
                    unit=draw(units),
                    upper=draw(st.one_of(st.none(), st.builds(expression))),
                )
                for name in ("x", "y", "z")
            ),
            objective=Objective(name="total", sense="minimize", expression=expression(), unit=draw(units)),
            constraints=tuple(
                Constraint(name=f"c{k}", expression=expression(), for_each=draw(st.sampled_from(["", "i in I"])))
                for k in range(3)
            ),
        )
    )


@given(plausible())
@settings(max_examples=200, deadline=None)
def test_any_plausible_formulation_can_be_checked(document: Document) -> None:
    for finding in check(document.formulation):
        assert finding.reason
        assert 0 <= finding.column <= len(finding.text)
